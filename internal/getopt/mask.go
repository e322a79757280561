package getopt

import "strings"

// Masked replaces a secret in a printed command line.
const Masked = "MASKED"

// Mask returns a copy of args in which the values of secret options are replaced, in whatever way
// the option was written: with "=" or a separate word, abbreviated, in any case. An abbreviation
// that could mean a secret option is treated as one. Other words are never touched
// (docs/differences.md row 11).
func (s *Set) Mask(args []string) []string {
	masked := append([]string(nil), args...)
	s.scan(args, func(it item) {
		switch {
		case it.opt != nil && it.opt.secret && it.valueAt >= 0:
			maskValue(masked, it.at, it.valueAt)
		case it.problem != "" && it.opt == nil:
			s.maskAmbiguous(masked, it.at)
		}
	})
	return masked
}

// MaskExtra returns the words of args that belong to no option, masked as Mask does: one of them may be
// the password of an option that was mistyped.
func (s *Set) MaskExtra(args []string) (extra []string) {
	masked := s.Mask(args)
	s.scan(args, func(it item) {
		if it.problem == "" && it.opt == nil {
			extra = append(extra, masked[it.at])
		}
	})
	return extra
}

func maskValue(words []string, at, valueAt int) {
	if at != valueAt {
		words[valueAt] = Masked
		return
	}
	name, _, _ := strings.Cut(words[at], "=")
	words[at] = name + "=" + Masked
}

// maskAmbiguous hides what follows an unusable name when one of the options it may stand for is
// secret: people mistype --password for --password1.
func (s *Set) maskAmbiguous(words []string, at int) {
	body, _, _ := s.split(words[at])
	name, _, inline := strings.Cut(strings.ToLower(body), "=")
	for _, full := range s.completions(name) {
		if !s.byName[full].opt.secret {
			continue
		}
		if inline {
			maskValue(words, at, at)
		} else if at+1 < len(words) && !strings.HasPrefix(words[at+1], "-") {
			words[at+1] = Masked
		}
		return
	}
}
