package folder

import (
	"strings"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/perlre"
)

// DeleteFilter is --delete2foldersonly and --delete2foldersbutnot: which of [Plan.Removable2] may
// really go.
type DeleteFilter struct{ only, butNot *expression }

// expression is a Perl match as the user wrote it.
type expression struct {
	text  string
	match *perlre.Match
}

// ParseDeleteFilter checks both values before any connection. Each is a Perl match operator with
// its delimiters, such as /^Junk$/ or m{junk}i; anything without delimiters is a pattern too, so
// that a bare word means "contains" (docs/differences.md row 7: 2.229 ignores such a value and
// deletes every folder). Errors are *fault.Error of kind Usage.
func ParseDeleteFilter(only, butNot getopt.String) (*DeleteFilter, []error) {
	f, problems := &DeleteFilter{}, []error(nil)
	for _, o := range []struct {
		name  string
		given getopt.String
		to    **expression
	}{
		{"delete2foldersonly", only, &f.only},
		{"delete2foldersbutnot", butNot, &f.butNot},
	} {
		if !o.given.Given {
			continue
		}
		e, err := parseExpression(o.given.Value)
		if err != nil {
			problems = append(problems, usage("error: --%s '%s': %v", o.name, o.given.Value, err))
		}
		*o.to = e
	}
	if problems != nil {
		return nil, problems
	}
	return f, nil
}

func parseExpression(text string) (*expression, error) {
	var match *perlre.Match
	var err error
	switch operator := leadingWord(text); {
	case text == "":
		err = usage("an empty expression names no folder")
	case operator == "" && text[0] == '/', operator == "m" && operator != text:
		match, err = perlre.ParseMatch(text)
	case operator == "qr" && operator != text:
		match, err = perlre.ParseMatch("m" + strings.TrimPrefix(text, "qr"))
	default:
		if _, changes := perlre.ParseSubst(text); changes == nil {
			err = usage("it changes names, a match is needed here")
			break
		}
		match, err = perlre.ParsePattern(text, "")
	}
	if err != nil {
		return nil, err
	}
	return &expression{text, match}, nil
}

// leadingWord is the run of letters, digits and underscores that text begins with.
func leadingWord(text string) string {
	end := strings.IndexFunc(text, func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	})
	if end < 0 {
		return text
	}
	return text[:end]
}

// Allows reports whether name may be deleted. When it may not, why is the line to print. An
// expression that fails on the name keeps the folder.
func (f *DeleteFilter) Allows(name imap.MailboxName) (ok bool, why string) {
	if e := f.only; e != nil {
		if matched, err := e.match.MatchString(string(name)); err != nil || !matched {
			return false, "Not deleting " + string(name) + " because of --delete2foldersonly " + e.text
		}
	}
	if e := f.butNot; e != nil {
		if matched, err := e.match.MatchString(string(name)); err != nil || matched {
			return false, "Not deleting " + string(name) + " because of --delete2foldersbutnot " + e.text
		}
	}
	return true, ""
}
