package folder

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

var (
	yes = getopt.Bool{Given: true, Value: true}
	no  = getopt.Bool{Given: true}
)

func text(s string) getopt.String { return getopt.String{Given: true, Value: s} }

// server makes an account with one personal namespace; names may carry attributes after a "|".
func server(sep, prefix string, folders ...string) Account {
	a := Account{
		HasNamespace: true,
		Namespaces:   imap.Namespaces{Personal: []imap.Namespace{{Prefix: prefix, Delim: sep}}},
		RootDelim:    sep,
	}
	for _, f := range folders {
		name, attrs, _ := strings.Cut(f, "|")
		a.Mailboxes = append(a.Mailboxes, imap.Mailbox{
			Name: imap.MailboxName(name), Delim: sep, Attrs: strings.Fields(attrs),
			Raw: fmt.Sprintf("* LIST (%s) %q %s", attrs, sep, name),
		})
	}
	return a
}

func mustPlan(t *testing.T, opts Options, src, dst Account) *Plan {
	t.Helper()
	rules, problems := opts.Compile()
	if problems != nil {
		t.Fatal(problems)
	}
	p, err := rules.Plan(src, dst)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func printed(p *Plan) string {
	var b strings.Builder
	for _, n := range p.Notes {
		b.WriteString(n.Text + "\n")
	}
	return b.String()
}

func arrows(p *Plan) (out []string) {
	for _, pair := range p.Pairs {
		out = append(out, string(pair.Src)+" -> "+string(pair.Dst))
	}
	return out
}

func wantArrows(t *testing.T, p *Plan, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, arrows(p)); diff != "" {
		t.Errorf("pairs (-want +got):\n%s\n%s", diff, printed(p))
	}
}

// A run that users know: what the log shows about folders.
func TestPlanNotes(t *testing.T) {
	p := mustPlan(t, Options{},
		server("/", "", `Work|\Noselect \HasChildren`, `Work/Projects|\HasNoChildren`, `&AOk-|\HasNoChildren`, `INBOX|`),
		server(".", "INBOX.", `INBOX|\HasChildren`, `INBOX.Old|`))
	const want = `Host1: found 3 folders.
Host2: found 2 folders.
Host1: guessing separator from folder listing: [/]
Host1: separator given by NAMESPACE: [/]
Host2: guessing separator from folder listing: [.]
Host2: separator given by NAMESPACE: [.]
Host1: guessing prefix from folder listing: []
Host1: prefix given by NAMESPACE: []
Host2: guessing prefix from folder listing: [INBOX.]
Host2: prefix given by NAMESPACE: [INBOX.]
Host1: separator and prefix: [/][]
Host2: separator and prefix: [.][INBOX.]
Including all folders found by default. Use --subscribed or --folder or --folderrec or --include to select specific folders. Use --exclude to unselect specific folders.
Host1: Checking wanted folders exist. Use --nocheckfoldersexist to avoid this check (shared of public namespace targeted).
Host1: Checking wanted folders are selectable. Use --nocheckselectable to avoid this check.
Turned off automapping folders ( use --automap to turn on automapping )

++++ Listing folders
All foldernames are presented between brackets like [X] where X is the foldername.
When a foldername contains non-ASCII characters it is presented in the form
[X] = [Y] where
X is the imap foldername you have to use in command line options and
Y is the utf8 output just printed for convenience, to recognize it.

Host1: folders list (first the raw imap format then the [X] = [Y]):
* LIST (\Noselect \HasChildren) "/" Work
* LIST (\HasNoChildren) "/" Work/Projects
* LIST (\HasNoChildren) "/" &AOk-
* LIST () "/" INBOX

[&AOk-] = [é]
[INBOX]
[Work/Projects]

Host2: folders list (first the raw imap format then the [X] = [Y]):
* LIST (\HasChildren) "." INBOX
* LIST () "." INBOX.Old

[INBOX]
[INBOX.Old]

Folders in host2 not in host1:
[INBOX.Old]

`
	if diff := cmp.Diff(want, printed(p)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	wantArrows(t, p, "&AOk- -> INBOX.&AOk-", "INBOX -> INBOX", "Work/Projects -> INBOX.Work.Projects")
	if !p.Pairs[1].DstExists || p.Pairs[0].DstExists {
		t.Errorf("DstExists: got %v for INBOX and %v for a new folder, want true and false", p.Pairs[1].DstExists, p.Pairs[0].DstExists)
	}
}

func TestPlanTables(t *testing.T) {
	p := mustPlan(t, Options{Automap: yes, F1F2: []string{"INBOX=Boîte", "Nope=x"}},
		server("/", "", "INBOX", `Sent|\Sent`, "Sent Items"),
		server("/", "", "INBOX", "Sent Messages"))
	wantArrows(t, p, "INBOX -> Boîte", "Sent -> Sent Messages", "Sent Items -> Sent Messages")
	got := printed(p)
	for _, want := range []string{
		"Turned on automapping folders ( use --noautomap to turn off automapping )\n" +
			"Host1: special Sent                 = \\Sent\n\n" +
			"Host1: Sent Items not \\Sent because set to Sent\n",
		"Folders mapping from --automap feature (use --f1f2 to override any mapping):\n" +
			"[Sent]                                   -> [Sent Messages]                         \n" +
			"[Sent Items]                             -> [Sent Messages]                         \n\n",
		"Folders mapping from --f1f2 options, it overrides --automap:\n" +
			"[INBOX]                                  -> [Boîte]                                  \n" +
			"[Nope]                                   -> [x]                                      BUT Nope does NOT exist on host1!\n\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("notes: got\n%s\nwant among them\n%s", got, want)
		}
	}
}

func TestPlanCaseTwins(t *testing.T) {
	p := mustPlan(t, Options{}, server("/", "", "Sent", "SENT", "sent", "A", "A2"), server("/", "", "INBOX"))
	got := make(map[imap.MailboxName]bool)
	for _, pair := range p.Pairs {
		got[pair.Src] = pair.CaseTwin
	}
	want := map[imap.MailboxName]bool{"Sent": true, "SENT": true, "sent": true, "A": false, "A2": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CaseTwin (-want +got):\n%s", diff)
	}
	p = mustPlan(t, Options{RegexTrans2: []string{"s/.*/All/"}}, server("/", "", "a", "b"), server("/", "", "INBOX"))
	if p.Pairs[0].CaseTwin {
		t.Error("CaseTwin of two pairs with one destination: got true, want false, they merge")
	}
}

func TestPlanSeparatorsAndPrefixes(t *testing.T) {
	for _, tc := range []struct {
		name       string
		src        Account
		opts       Options
		want       Layout
		wantLines  string
		wantAbsent string
	}{
		{"option over server", server("/", "", "INBOX"), Options{Sep1: text("."), Prefix1: text("P.")}, Layout{".", "P."},
			"Host1: separator given by NAMESPACE: [/]\nHost1: but using [.] given by --sep1\n", "You can set"},
		{"empty prefix is given", server(".", "INBOX.", "INBOX"), Options{Prefix1: text("")}, Layout{".", ""},
			"Host1: prefix given by NAMESPACE: [INBOX.]\nHost1: but using [] given by --prefix1\n", "You can set"},
		{"NIL delimiter", Account{HasNamespace: true, RootDelim: "."}, Options{}, Layout{".", ""},
			"Host1: separator given by NAMESPACE: [.]\n", "You can set"},
		{"failed", Account{HasNamespace: true, NamespaceFailed: true, Mailboxes: server(".", "", "a.b").Mailboxes}, Options{}, Layout{".", ""},
			"Host1: NAMESPACE request failed so using guessed separator [.]\nYou can set the separator character with the --sep1 option,\nthe complete listing of folders may help you to find it\n[a.b]\n", ""},
		{"failed, option", Account{HasNamespace: true, NamespaceFailed: true}, Options{Sep1: text("|")}, Layout{"|", ""},
			"Host1: NAMESPACE request failed but using [|] given by --sep1\n", "You can set"},
		{"no capability", Account{Mailboxes: server(".", "", "INBOX", "INBOX.a").Mailboxes}, Options{}, Layout{".", "INBOX."},
			"Host1: No NAMESPACE capability so using guessed prefix [INBOX.]\nYou can set the prefix namespace with the --prefix1 option,\nthe folowing listing of folders may help you to find it:\n[INBOX]\n[INBOX.a]\n", ""},
		{"no capability, options", Account{}, Options{Sep1: text("."), Prefix1: text("X.")}, Layout{".", "X."},
			"Host1: No NAMESPACE capability but using [.] given by --sep1\n", "[--prefix1"},
		{"only foreign namespaces", Account{HasNamespace: true, RootDelim: "/", Namespaces: imap.Namespaces{
			Other: []imap.Namespace{{Prefix: "user/", Delim: "/"}}}}, Options{}, Layout{"/", ""},
			"Host1: prefix given by NAMESPACE: []\n", "You can set"},
	} {
		p := mustPlan(t, tc.opts, tc.src, server("/", "", "INBOX"))
		if p.Src != tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.name, p.Src, tc.want)
		}
		if got := printed(p); !strings.Contains(got, tc.wantLines) || tc.wantAbsent != "" && strings.Contains(got, tc.wantAbsent) {
			t.Errorf("%s: got\n%s\nwant among it\n%s\nand not %q", tc.name, got, tc.wantLines, tc.wantAbsent)
		}
	}
}
