package folder

import (
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

func names(list []string) []imap.MailboxName {
	out := make([]imap.MailboxName, len(list))
	for i, s := range list {
		out[i] = imap.MailboxName(s)
	}
	return out
}

func setOf(list []string) map[imap.MailboxName]bool {
	set := make(map[imap.MailboxName]bool)
	for _, name := range names(list) {
		set[name] = true
	}
	return set
}

func table(v vectors.Value) map[imap.MailboxName]imap.MailboxName {
	out := make(map[imap.MailboxName]imap.MailboxName)
	for src, dst := range v.Map() {
		out[imap.MailboxName(src)] = imap.MailboxName(dst.Str())
	}
	return out
}

// lines collects what is said.
type lines struct{ strings.Builder }

func (l *lines) say(format string, args ...any) { fmt.Fprintf(l, format+"\n", args...) }

func silent(string, ...any) {}

// exit64 is the recorded outcome of a refused expression.
var exit64 = map[string]int{"exit": 64}

// mapped names the folder of c on host2, or gives exit64.
func mapped(t *testing.T, in vectors.Value) any {
	t.Helper()
	rules, problems := (&Options{RegexTrans2: in.Field("regextrans2").Strs()}).Compile()
	if problems != nil {
		return exit64
	}
	m, err := newMapper(mapper{
		src:        Layout{in.Field("sep1").Str(), in.Field("prefix1").Str()},
		dst:        Layout{in.Field("sep2").Str(), in.Field("prefix2").Str()},
		fixSlash:   in.Field("fixslash2").Bool(),
		explicit:   table(in.Field("f1f2")),
		auto:       table(in.Field("automap")),
		subfolder1: in.Field("subfolder1").Str(),
		renames:    rules.renames,
		trace:      silent,
	}, in.Field("subfolder2").Str())
	if err != nil {
		return exit64
	}
	dst, err := m.dest(imap.MailboxName(in.Field("folder").Str()))
	if err != nil {
		return exit64
	}
	return string(dst)
}

func TestVectorsFolderMapping(t *testing.T) {
	for _, c := range vectors.Load(t, "folder_mapping") {
		vectors.Check(t, c, mapped(t, c.In))
	}
}

func TestVectorsSubfolderMapping(t *testing.T) {
	for _, c := range vectors.Load(t, "subfolder_mapping") {
		vectors.Check(t, c, mapped(t, c.In))
	}
}

func TestVectorsRegexTrans2(t *testing.T) {
	for _, c := range vectors.Load(t, "regextrans2") {
		if c.PerlOnly {
			continue
		}
		rules, problems := (&Options{RegexTrans2: c.In.Field("regextrans2").Strs()}).Compile()
		if problems != nil {
			vectors.Check(t, c, exit64)
			continue
		}
		m := mapper{renames: rules.renames, trace: silent}
		got, _, err := m.regexTrans2(c.In.Field("folder").Str())
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		vectors.Check(t, c, got)
	}
}

func TestVectorsPrefixSeparator(t *testing.T) {
	for _, c := range vectors.Load(t, "prefix_separator") {
		sep1, sep2 := c.In.Field("sep1").Str(), c.In.Field("sep2").Str()
		var got any
		switch folder := c.In.Field("folder"); c.Fn {
		case "remove_last_char_if_is":
			if s := c.In.Field("string"); !s.IsNull() {
				got = withoutLast(s.Str(), c.In.Field("char").Str())
			}
		case "separator_invert":
			name := swap(folder.Str(), sep1, sep2)
			if c.In.Field("fixslash2").Bool() {
				name = slashToUnderscore(name, sep1, sep2)
			}
			got = name
		case "prefix_seperator_invertion":
			if folder.IsNull() {
				break
			}
			m, err := newMapper(mapper{
				src:      Layout{sep1, c.In.Field("prefix1").Str()},
				dst:      Layout{sep2, c.In.Field("prefix2").Str()},
				fixSlash: c.In.Field("fixslash2").Bool(),
				trace:    silent,
			}, "")
			if err != nil {
				t.Fatal(err)
			}
			name := folder.Str()
			for _, apply := range []func(*mapper, string) (string, bool, error){
				(*mapper).removePrefix1, (*mapper).swapSeparators, (*mapper).fixSlash2, (*mapper).addPrefix2} {
				name, _, _ = apply(m, name)
			}
			got = name
		}
		vectors.Check(t, c, got)
	}
}

func TestVectorsGuessPrefixSeparator(t *testing.T) {
	for _, c := range vectors.Load(t, "guess_prefix_separator") {
		folders := names(c.In.Field("folders").Strs())
		if c.Fn == "guess_prefix" {
			vectors.Check(t, c, guessPrefix(folders))
		} else {
			vectors.Check(t, c, guessSeparator(folders))
		}
	}
}

func TestVectorsInboxCaseMapping(t *testing.T) {
	for _, c := range vectors.Load(t, "inbox_case_mapping") {
		from, to := inboxSpelling(setOf(c.In.Field("folders1").Strs()), setOf(c.In.Field("folders2").Strs()))
		got := ""
		if from != "" {
			got = fmt.Sprintf("s/^%s$/%s/x", from, to)
		}
		vectors.Check(t, c, got)
	}
}
