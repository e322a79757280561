package getopt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// values are the destinations of a small table with every kind of option.
type values struct {
	host1, host2, pass1, pass2 String
	delete1, delete2, dry, log Bool
	subscribe, inbox           Bool
	port                       Int
	age                        Float
	folder                     []string
	args                       []Pair
	json                       Bool
	maxDeletions               String
}

func (v *values) set() *Set {
	s := NewSet()
	s.String(&v.host1, "host1", "")
	s.String(&v.host2, "host2", "")
	s.String(&v.pass1, "password1", "").Secret()
	s.String(&v.pass2, "password2", "").Secret()
	s.Bool(&v.delete1, "delete1|delete", "").Negatable()
	s.Bool(&v.delete2, "delete2", "").Negatable()
	s.Bool(&v.dry, "dry", "").Negatable()
	s.Bool(&v.log, "log", "").Negatable()
	s.Bool(&v.subscribe, "subscribeall|subscribe_all", "").Negatable()
	s.Bool(&v.inbox, "fixInboxINBOX", "").Negatable()
	s.Int(&v.port, "port1", "")
	s.Float(&v.age, "maxage", "")
	s.List(&v.folder, "folder", "")
	s.Pairs(&v.args, "sslargs1", "")
	s.Bool(&v.json, "json", "").New()
	s.String(&v.maxDeletions, "maxdeletions", "").New()
	return s
}

// dump is what was given, one "name=value" each.
func dump(s *Set) string {
	var given []string
	for _, o := range s.Options() {
		for _, text := range o.Texts() {
			given = append(given, o.Name()+"="+text)
		}
	}
	return strings.Join(given, " ")
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args, given, extra, problems string // words separated by "|"
	}{
		{"", "", "", ""},
		{"--host1|h|-dry|+log", "host1=h dry=1 log=1", "", ""},
		{"--HOST1=H", "host1=H", "", ""},
		{"--host1=a=b", "host1=a=b", "", ""},
		{"--host1|--host2|x", "host1=--host2", "x", ""},
		{"--host1||--dry", "host1= dry=1", "", ""},
		{"--host1=", "", "", "Option host1 requires an argument"},
		{"--dr|--host1", "dry=1", "", "Option host1 requires an argument"},
		{"--nodry|--no-log", "dry=0 log=0", "", ""},
		{"--dry|--nodry", "dry=0", "", ""},
		{"--NoDr", "dry=0", "", ""},
		{"--no_dry", "", "", "Unknown option: no_dry"},
		{"--dry=1|x", "", "x", "Option dry does not take an argument"},
		{"--dr=1", "", "", "Option dry does not take an argument"},
		{"--noho", "", "", "Unknown option: noho"},
		{"--host|x", "", "x", "Option host is ambiguous (host1, host2)"},
		{"--del", "", "", "Option del is ambiguous (delete, delete1, delete2)"},
		{"--delete", "delete1=1", "", ""},
		{"--nodelete", "delete1=0", "", ""},
		{"--subs", "subscribeall=1", "", ""},
		{"--nosub", "subscribeall=0", "", ""},
		{"--nosub=1", "", "", "Option nosubscribeall does not take an argument"},
		{"--fixi", "fixInboxINBOX=1", "", ""},
		{"--nod", "", "", "Option nod is ambiguous (nodelete, nodelete1, nodelete2, nodry)"},
		{"--no-d", "", "", "Option no-d is ambiguous (no-delete, no-delete1, no-delete2, no-dry)"},
		{"--port1|-5", "port1=-5", "", ""},
		{"--port1|+45_000", "port1=45000", "", ""},
		{"--port1|0x10|y", "", "y", `Value "0x10" invalid for option port1 (number expected)`},
		{"--po=1.5", "", "", `Value "1.5" invalid for option port1 (number expected)`},
		{"--port1|_7", "port1=7", "", ""},
		{"--port1|99999999999999999999", "port1=9223372036854775807", "", ""},
		{"--maxage|.5", "maxage=0.5", "", ""},
		{"--maxage|-1_0e2", "maxage=-1000", "", ""},
		{"--maxage|5.", "maxage=5", "", ""},
		{"--maxage|e5", "", "", `Value "e5" invalid for option maxage (real number expected)`},
		{"--maxage|inf", "", "", `Value "inf" invalid for option maxage (real number expected)`},
		{"--folder|a|--folder=b", "folder=a folder=b", "", ""},
		{"--sslargs1|A=B|--sslargs1|C=|--sslargs1=A=D=E", "sslargs1=A=D=E sslargs1=C=", "", ""},
		{"--sslargs1|A", "", "", `Option sslargs1, key "A", requires a value`},
		{"--dry|--|--log|x", "dry=1", "--log|x", ""},
		{"a|--dry|b", "dry=1", "a|b", ""},
		{"-|--dry", "dry=1", "-", ""},
		{"--bogus|--dry", "dry=1", "", "Unknown option: bogus"},
		{"--json", "json=1", "", ""},
		{"--js", "", "", "Unknown option: js"},
		{"--maxdeletions=5%|--max|1", "maxage=1 maxdeletions=5%", "", ""},
	} {
		var v values
		s := v.set()
		extra, problems := s.Parse(words(test.args))
		if got := dump(s); got != test.given {
			t.Errorf("%s: got %q, want %q", test.args, got, test.given)
		}
		if diff := cmp.Diff(words(test.extra), extra); diff != "" {
			t.Errorf("%s: extra words (-want +got):\n%s", test.args, diff)
		}
		if diff := cmp.Diff(words(test.problems), problems); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", test.args, diff)
		}
	}
}

func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func TestParsePosixlyCorrect(t *testing.T) {
	var v values
	s := v.set()
	s.PosixlyCorrect()
	extra, problems := s.Parse([]string{"--host1=h", "-dry", "--log", "--hos", "+x", "--dry"})
	if got, want := dump(s), "host1=h dry=1 log=1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"+x", "--dry"}, extra); diff != "" {
		t.Errorf("extra words (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Unknown option: hos"}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestMask(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--password1|s|--dry", "--password1|MASKED|--dry"},
		{"--password1=s|--dry", "--password1=MASKED|--dry"},
		{"--PASSWORD1|s", "--PASSWORD1|MASKED"},
		{"-password2|s", "-password2|MASKED"},
		{"--password1|--password2|x", "--password1|MASKED|x"},
		{"--folder|--password1|x", "--folder|--password1|x"},
		{"--password1", "--password1"},
		{"--passw|s", "--passw|MASKED"},
		{"--passw=s", "--passw=MASKED"},
		{"--|--password1|s", "--|--password1|s"},
	} {
		var v values
		if got := strings.Join(v.set().Mask(words(test.args)), "|"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.args, got, test.want)
		}
	}
}

// TestMaskExtra leaves over words that belong to no option, the password of a mistyped one among them.
func TestMaskExtra(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--dry|a|--port1|1|b", "a|b"},
		{"--passw|s|a", "MASKED|a"},
		{"--passsword1|s|--|--passw|s", "s|--passw|s"},
		{"--password1|s", ""},
	} {
		var v values
		if got := strings.Join(v.set().MaskExtra(words(test.args)), "|"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.args, got, test.want)
		}
	}
}

func TestSetText(t *testing.T) {
	var v values
	s := v.set()
	for name, text := range map[string]string{"dry": "0", "log": "1", "PORT1": "993", "folder": "a", "maxage": "1.5"} {
		if err := s.Lookup(name).SetText(text); err != nil {
			t.Errorf("%s=%s: %v", name, text, err)
		}
	}
	if got, want := dump(s), "dry=0 log=1 port1=993 maxage=1.5 folder=a"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := s.Lookup("port1").SetText("x"); err == nil {
		t.Error("port1=x: got no error")
	}
	if o := s.Lookup("nodry"); o != nil {
		t.Errorf("Lookup of a negation: got %s, want none", o.Name())
	}
}

func TestSameNameTwicePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("got no panic")
		}
	}()
	var a, b Bool
	s := NewSet()
	s.Bool(&a, "dry", "")
	s.Bool(&b, "dry", "")
	s.Parse(nil)
}

func FuzzParse(f *testing.F) {
	f.Add("--host1|h|--dry")
	f.Add("--sslargs1|=|--sslargs1|a=b=c|+no-d=")
	f.Add("--maxage|1e9999|--port1|-_|--|--=|-=|--password1=x")
	f.Fuzz(func(t *testing.T, line string) {
		args := words(line)
		for _, posix := range []bool{false, true} {
			var v values
			s := v.set()
			if posix {
				s.PosixlyCorrect()
			}
			extra, problems := s.Parse(args)
			if len(extra)+len(problems) > len(args) {
				t.Errorf("%q: %d extras and %d problems from %d words", line, len(extra), len(problems), len(args))
			}
			secret := v.pass1.Value
			for i, word := range s.Mask(args) {
				if len(secret) > 6 && strings.Count(line, secret) == 1 && strings.Contains(word, secret) {
					t.Errorf("%q: word %d shows the password", line, i)
				}
			}
		}
	})
}
