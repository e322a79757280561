package folder

import (
	"strings"

	"imapsync/internal/perlre"
)

// subfolder2 puts names below the --subfolder2 of host2, by the three rules that the reference
// places before the user's own expressions. They use the prefix of host2 as a pattern; for the
// prefixes that servers have ("", "INBOX.") that is the same as its letters, and for others the
// names of earlier runs must come out again.
type subfolder2 struct {
	root    string // empty: not asked for
	sep     string
	prefix  string
	once    leading
	doubled leading
}

func newSubfolder2(dst Layout, sub string) (subfolder2, error) {
	if sub == "" {
		return subfolder2{}, nil
	}
	once, err := newLeading(dst.Prefix)
	if err != nil {
		return subfolder2{}, err
	}
	doubled, err := newLeading("(" + dst.Prefix + "){2}")
	if err != nil {
		return subfolder2{}, err
	}
	return subfolder2{root: dst.Prefix + sub, sep: dst.Sep, prefix: dst.Prefix, once: once, doubled: doubled}, nil
}

// enter is the name below the subfolder: what carries the prefix gets the subfolder behind it, a
// bare INBOX becomes an INBOX in the subfolder, and a prefix that the user repeated in the value
// counts once.
func (s subfolder2) enter(name string) (string, error) {
	if s.root == "" {
		return name, nil
	}
	rest, ok, err := s.once.cut(name)
	if err != nil {
		return "", err
	}
	if ok {
		name = s.root + s.sep + rest
	}
	if name == "INBOX" {
		name = s.root + s.sep + "INBOX"
	}
	rest, ok, err = s.doubled.cut(name)
	if err != nil {
		return "", err
	}
	if ok {
		name = s.prefix + rest
	}
	return name, nil
}

// leading is a pattern for the beginning of a name.
type leading struct {
	match  *perlre.Match
	remove *perlre.Subst
}

func newLeading(pattern string) (leading, error) {
	delim := "/"
	for _, d := range []string{"/", ",", "!", "~", "%", ";"} {
		if !strings.Contains(pattern, d) {
			delim = d
			break
		}
	}
	match, err := perlre.ParsePattern("^"+pattern, "")
	if err != nil {
		return leading{}, usage("error: --subfolder2 with the prefix [%s] of host2: %v", pattern, err)
	}
	remove, err := perlre.ParseSubst("s" + delim + "^" + pattern + delim + delim)
	if err != nil {
		return leading{}, usage("error: --subfolder2 with the prefix [%s] of host2: %v", pattern, err)
	}
	return leading{match, remove}, nil
}

// cut removes the pattern from the beginning of name and tells whether it was there.
func (l leading) cut(name string) (rest string, ok bool, err error) {
	ok, err = l.match.MatchString(name)
	if err == nil && ok {
		rest, err = l.remove.ApplyString(name)
	}
	if err != nil {
		return "", false, usage("error: --subfolder2 on folder %s: %v", name, err)
	}
	return rest, ok, nil
}

// place is where the subfolder is on host2, empty when none was asked for.
func (s subfolder2) place() string {
	if doubled := s.prefix + s.prefix; s.prefix != "" && strings.HasPrefix(s.root, doubled) {
		return strings.TrimPrefix(s.root, s.prefix)
	}
	return s.root
}
