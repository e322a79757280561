package message

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"imapsync/internal/getopt"
)

// TestFAQ takes every expression of the reference's documentation for --regexmess and --skipmess
// through the whole pipeline, and compares with what Perl made of the same messages.
func TestFAQ(t *testing.T) {
	table, err := os.ReadFile("testdata/faq.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		if strings.HasPrefix(row, "#") {
			continue
		}
		c := strings.Split(row, "\t")
		for i := range c {
			if c[i][0] != '"' {
				continue
			}
			if c[i], err = strconv.Unquote(c[i]); err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
		}
		var o RewriteOptions
		want := string(sent([]byte(c[3])))
		if c[0] == "regexmess" {
			o.RegexMess = []string{c[1]}
		} else {
			o.SkipMess, want = []string{c[1]}, string(sent([]byte(c[2])))
		}
		got, v := rewrite(t, o, false, Letter{Text: inMemory(c[2])}, bench{})
		if skipped := v.Left == BySkipMess; c[0] == "skipmess" && skipped != (c[3] == "yes") {
			t.Errorf("line %d: %s on %q: skipped %v, Perl says %s", n+1, c[1], c[2], skipped, c[3])
		} else if text, _ := got.([]byte); !skipped && string(text) != want {
			t.Errorf("line %d: %s on %q: got %q, want %q", n+1, c[1], c[2], got, want)
		}
	}
}

// TestVariables is the recipe of the documentation that names where a message came from.
func TestVariables(t *testing.T) {
	r, bad := NewRewriter(RewriteOptions{RegexMess: []string{
		`s/\A/X-ImapSync-OriginalPath-$sync->{user1}: $sync->{ h1_current_folder }\n/`, `s/body$/$sync->{h2_current_folder}/`}}, false)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	for _, folder := range []string{"INBOX", "A.B"} {
		bound := r.Bind(func(name string) (string, bool) {
			value, ok := map[string]string{"user1": "tata", "h1_current_folder": folder, "h2_current_folder": "2" + folder}[name]
			return value, ok
		})
		out := &shelf{}
		if _, err := bound.Rewrite(t.Context(), Letter{Text: inMemory("From: a\r\n\r\nbody")}, out, bench{}); err != nil {
			t.Fatal(err)
		}
		if want := "X-ImapSync-OriginalPath-tata: " + folder + "\r\nFrom: a\r\n\r\n2" + folder; out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
}

// TestRefusedBeforeTheRun lists what users may write and no run can do: all is told, in the words of the
// reference.
func TestRefusedBeforeTheRun(t *testing.T) {
	_, bad := NewRewriter(RewriteOptions{
		RegexMess: []string{`s/a/`, `s/a/system("rm")/e`, `s/a/$sync->{password1}/`, `I am BAD`, `s/fine/fine/`},
		SkipMess:  []string{`(`, `m/fine/`, `m/(/`},
	}, false)
	if len(bad) != 6 {
		t.Fatalf("got %d problems, want 6: %v", len(bad), bad)
	}
	for _, err := range bad {
		option := "regexmess"
		if strings.Contains(err.Error(), "skipmess") {
			option = "skipmess"
		}
		if !strings.HasPrefix(err.Error(), "Error: eval "+option+" '") || !strings.HasSuffix(err.Error(), "\nError: one of --"+option+" option is bad, check it") {
			t.Errorf("got %q", err)
		}
	}
}

// TestNothingAsked wants no Rewriter where no option changes anything: the fast path stays as it is.
func TestNothingAsked(t *testing.T) {
	r, bad := NewRewriter(RewriteOptions{TruncMess: getopt.Int{Given: true, Value: -1}, MaxLineLengthCmd: getopt.String{Given: true, Value: "cat"}}, false)
	if r != nil || len(bad) > 0 {
		t.Errorf("got %v %v, want nothing", r, bad)
	}
	if r.Bind(nil) != nil {
		t.Error("a Rewriter that does nothing was bound")
	}
}

// TestOrder gives every step something that shows when its turn came.
func TestOrder(t *testing.T) {
	o := RewriteOptions{
		SkipMess:           []string{`m/body one/`},
		RegexMess:          []string{`s/body/body one/`, `s/\AX-D/D/m`},
		DisarmReadReceipts: getopt.Bool{Given: true, Value: true},
		PipeMess:           []string{"first", "second"},
		TruncMess:          getopt.Int{Given: true, Value: 400},
		MaxLineLength:      getopt.Int{Given: true, Value: 1},
		MaxLineLengthCmd:   getopt.String{Given: true, Value: "third"},
	}
	var calls []string
	tools := bench{run: func(command string, in []byte) ([]byte, error) {
		calls = append(calls, command+" "+string(in))
		return append(in, command...), nil
	}}
	got, _ := rewrite(t, o, true, Letter{UID: 7, Text: inMemory("Disposition-Notification-To: x\r\n\r\nbody\r\n"), Void: true}, tools)
	want := "Message-Id: <7@imapsync>\r\nX-Disposition-Notification-To: x\r\n\r\nbody one\r\nfirstsecondthird"
	if text, _ := got.([]byte); string(text) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(calls) != 3 || !strings.HasPrefix(calls[0], "first X-Disp") || !strings.HasPrefix(calls[2], "third Message-Id") {
		t.Errorf("got the commands %q", calls)
	}
}
