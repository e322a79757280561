package vectors

import (
	"regexp"
	"slices"
	"strings"
)

// Difference is a case that is not met on purpose.
type Difference struct {
	Topic string

	// Name is the case's exact name. When the input rather than the name decides, Match says
	// which cases are meant and Name is empty.
	Name  string
	Match func(Case) bool

	Row    int // of docs/differences.md; 0 when neither the accounts nor the exit value can tell
	Reason string
}

// Different finds the entry of the table for c.
func Different(c Case) (Difference, bool) {
	for _, d := range differences {
		if d.Topic != c.Topic {
			continue
		}
		if d.Name != "" && d.Name == c.Name || d.Match != nil && d.Match(c) {
			return d, true
		}
	}
	return Difference{}, false
}

// differences is the whole list, by topic. Prefer Match: other cases of the same behaviour have
// other names.
var differences = []Difference{
	{
		Topic: "email_report", Match: func(c Case) bool { return c.Fn == "email_report" }, Row: 16,
		Reason: "the mailed report holds the statistics and the verdict of the run, in a valid message",
	},
	{
		Topic: "acl", Match: rightsInAnotherOrder,
		Reason: "equal rights in another order are not set again",
	},
	{
		Topic: "email_report", Match: userOfHTML,
		Reason: "names of users are escaped in the HTML of the mailed report",
	},
	{
		Topic: "deletion", Match: deletedOtherwise, Row: 6,
		Reason: "messages are named in the order of their UIDs, each once, and only our own are expunged",
	},
	{
		Topic: "authentication", Match: withoutAdministrator, Row: 13,
		Reason: "PLAIN names the user where servers look for it, instead of failing and leaving it to LOGIN",
	},
	{
		Topic: "authentication", Match: uselessToken,
		Reason: "an empty token is refused before any connection; a ready-made one that is not base64 too, or its padding is completed",
	},
	{
		Topic: "file_names", Match: escapedForGlob,
		Reason: "a cache folder is opened by its name, not by a pattern in which characters must be escaped",
	},
	{
		Topic: "file_names", Match: cacheCleaned, Row: 15,
		Reason: "the cache of the reference is only read; what was copied is remembered elsewhere, by UIDVALIDITY",
	},
	{
		Topic: "date_epoch", Match: otherInternalDate,
		Reason: "internal dates are read in other usual forms too, and one that no calendar has is none",
	},
	{
		Topic: "final_report",
		Match: func(c Case) bool {
			done, wanted := c.In.Field("folders_done").Int(), c.In.Field("folders").Int()
			if c.Fn != "do_and_print_stats" || done >= wanted || c.In.Field("justfolders").Bool() {
				return false
			}
			there := map[string]bool{}
			for _, id := range c.In.Field("ids2").Strs() {
				there[id] = true
			}
			for _, id := range c.In.Field("ids1").Strs() {
				if !there[id] {
					return false
				}
			}
			return true
		},
		Row:    16,
		Reason: "the sync does not look good while a wanted folder was not completed",
	},
	{
		Topic: "flags", Match: keptInOtherLetters,
		Reason: "flags have no letter case, so one that host2 keeps under other letters is not dropped",
	},
	{
		Topic: "flags", Match: sameAsSets,
		Reason: "no STORE for what is the same set of flags, or would be the same again at the next run",
	},
	{
		Topic: "flags", Match: repeated,
		Reason: "a flag is named once",
	},
	{
		Topic: "flags", Match: loosePermanentFlags,
		Reason: "blanks round the list of PERMANENTFLAGS are no part of it",
	},
	{
		Topic: "folder_selection",
		Match: func(c Case) bool {
			return c.Fn == "delete2folders" &&
				(undelimited(c.In.Field("delete2foldersonly")) || undelimited(c.In.Field("delete2foldersbutnot")))
		},
		Row:    7,
		Reason: "an expression without delimiters is a pattern and an invalid one is refused, instead of deleting every folder",
	},
	{
		Topic: "regexflags", Match: emptyPattern,
		Reason: "the empty pattern matches at the start, instead of standing for whatever pattern matched last",
	},
	{
		Topic: "strings",
		Match: func(c Case) bool {
			return c.Fn == "make_f1f2" && slices.ContainsFunc(c.In.Field("f1f2").Strs(),
				func(pair string) bool { return !strings.Contains(pair, "=") })
		},
		Row:    7,
		Reason: "a value without \"=\" is refused before any connection, instead of shifting the pairs that follow",
	},
	{
		Topic: "header_identity", Match: wholeHeaderWithoutBlank, Row: 5,
		Reason: "a field of a whole header counts also without a blank after its colon",
	},
	{
		Topic: "header_identity", Match: uselessMessageID, Row: 5,
		Reason: "an empty Message-Id, or one that --addheader made, says nothing about a message",
	},
	{
		Topic: "header_parse", Match: headerEndsWithCRLF,
		Reason: "the header of a message with CRLF ends at its first empty line, so no Subject is taken from the body",
	},
	{
		Topic: "labels", Match: looseLabels,
		Reason: "labels are values, quoted where IMAP wants it; 2.229 sends some that no server takes, or drops them",
	},
	{
		Topic: "labels", Match: subfolderAsPattern,
		Reason: "--subfolder1 is a name, not a pattern",
	},
	{
		Topic: "labels", Match: sameLabels,
		Reason: "the order of labels says nothing, so the same ones are not set again",
	},
	{
		Topic: "options", Match: passwordLeftOver, Row: 11,
		Reason: "the password behind a mistyped --password is not shown among the words that belong to no option",
	},
	{
		Topic: "masking", Match: secretSpelledOtherwise, Row: 11,
		Reason: "values are masked by option, in every spelling and for every secret, and nothing else is touched",
	},
	{
		Topic: "message_transform", Match: noTruncation,
		Reason: "--truncmess takes whole numbers; a negative one asks for nothing, as on the command line of the reference",
	},
	{
		Topic: "date_parse", Match: noInternalDate, Row: 18,
		Reason: "what host2 would refuse as a date is no date: the internal date of host1 is used",
	},
	{
		Topic: "date_parse", Match: otherLetters,
		Reason: "months are written as RFC 9051 does, whatever the letters of the header",
	},
	{
		Topic: "options", Match: gmail2Expunging, Row: 23,
		Reason: "--gmail2 does not turn on --expunge1 at the source",
	},
}

// matchOperator is a Perl match with the usual delimiters.
var matchOperator = regexp.MustCompile(`^(?:m?/(.*)/|m\{(.*)\}|m,(.*),|m#(.*)#|m\((.*)\))[a-z]*$`)

// undelimited reports whether a given expression is no valid match operator.
func undelimited(expression Value) bool {
	if !expression.Present() {
		return false
	}
	parts := matchOperator.FindStringSubmatch(expression.Str())
	if parts == nil {
		return true
	}
	_, err := regexp.Compile(strings.Join(parts[1:], ""))
	return err != nil
}

// secretSpelledOtherwise reports whether a command line names a secret in another way than
// --password1 WORD, which is all that the reference masks.
func secretSpelledOtherwise(c Case) bool {
	argv := c.In.Field("argv").Strs()
	for i := 0; i < len(argv); i++ {
		word := strings.TrimLeft(argv[i], "-")
		name, _, inline := strings.Cut(strings.ToLower(word), "=")
		isOption := word != argv[i]
		switch {
		case isOption && (word == "password1" || word == "password2"):
			if i++; i == len(argv) {
				return true
			}
		case strings.Contains(argv[i], "-password1"), strings.Contains(argv[i], "-password2"):
			return true
		case isOption && name != "" && (inline || i+1 < len(argv)):
			for _, secret := range []string{"password1", "password2", "oauthaccesstoken1", "oauthaccesstoken2", "oauthdirect1", "oauthdirect2"} {
				if strings.HasPrefix(secret, name) {
					return true
				}
			}
		}
	}
	return false
}

// passwordLeftOver reports whether a word that may be a password follows a name that may stand for more
// than one option, so that it belongs to none.
func passwordLeftOver(c Case) bool {
	args := c.In.Field("args").Strs()
	for i := 0; c.Fn == "parse" && i+1 < len(args); i++ {
		name := strings.ToLower(strings.TrimLeft(args[i], "-+"))
		ambiguous := name != "" && len(name) < len(args[i]) && (strings.HasPrefix("password", name) || strings.HasPrefix("oauthaccesstoken", name) || strings.HasPrefix("oauthdirect", name))
		if ambiguous && args[i+1] != "" && !strings.HasPrefix(args[i+1], "-") {
			return true
		}
	}
	return false
}

// gmail2Expunging reports whether --gmail2 decides about --expunge1.
func gmail2Expunging(c Case) bool {
	args := c.In.Field("args").Strs()
	mentions := func(text string) bool {
		return slices.ContainsFunc(args, func(arg string) bool { return strings.Contains(arg, text) })
	}
	return c.Fn == "effective" && slices.Contains(args, "--gmail2") && !slices.Contains(args, "--gmail1") && !mentions("expunge")
}

// userOfHTML reports whether a user's name holds characters that mean something in HTML.
func userOfHTML(c Case) bool {
	return c.Fn == "email_report_body_base" &&
		strings.ContainsAny(c.In.Field("user1").Str()+c.In.Field("user2").Str(), `<>&"'`)
}

// rightsInAnotherOrder reports whether somebody has equal rights on both sides that are written
// differently.
func rightsInAnotherOrder(c Case) bool {
	sorted := func(v Value) string {
		letters := []byte(v.Str())
		slices.Sort(letters)
		return string(letters)
	}
	for user, rights := range c.In.Field("acl1").Map() {
		other := c.In.Field("acl2").Field(user)
		if rights.Str() != "" && rights.Str() != other.Str() && sorted(rights) == sorted(other) {
			return true
		}
	}
	return false
}
