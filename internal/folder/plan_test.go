package folder

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/account"
	"imapsync/internal/fault"
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
	if want := []imap.MailboxName{"Sent", "Sent Items"}; !slices.Equal(p.Merges["Sent Messages"], want) {
		t.Errorf("Merges: got %v, want %v for Sent Messages", p.Merges, want)
	}
	if got := p.DstSources("Sent Messages"); got != 2 {
		t.Errorf("DstSources of a merged folder: got %d, want 2", got)
	}
	if got := p.DstSources("Boîte"); got != 1 {
		t.Errorf("DstSources of a plain folder: got %d, want 1", got)
	}
	if got := p.DstSources("Elsewhere"); got != 0 {
		t.Errorf("DstSources of a folder nothing feeds: got %d, want 0", got)
	}
}

// The spellings of INBOX are one mailbox, so two sources of it merge.
func TestPlanMergesInbox(t *testing.T) {
	p := mustPlan(t, Options{}, server("/", "", "INBOX", "Inbox2"), server("/", "", "INBOX"))
	if len(p.Merges) != 0 {
		t.Errorf("Merges: got %v, want none", p.Merges)
	}
	p = mustPlan(t, Options{RegexTrans2: []string{"s/Inbox2/inbox/"}}, server("/", "", "INBOX", "Inbox2"), server("/", "", "INBOX"))
	if got := p.DstSources("INBOX"); got != 2 {
		t.Errorf("DstSources(INBOX): got %d, want 2 from %v", got, arrows(p))
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

func TestPlanSelection(t *testing.T) {
	src := server("/", "", "INBOX", "A", "A/b", "Ab", `Box|\NoSelect`, "Box/x", "INBOX/sub")
	src.Subscribed = []imap.MailboxName{"A", "INBOX"}
	dst := server("/", "", "INBOX", "A")
	dst.Subscribed = []imap.MailboxName{"INBOX"}
	for _, tc := range []struct {
		name string
		opts Options
		want []string
	}{
		{"folderrec is not a name prefix", Options{FolderRec: []string{"A"}}, []string{"A", "A/b"}},
		{"folderrec with separator", Options{FolderRec: []string{"A/"}}, []string{"A/b"}},
		{"folderrec of a container", Options{FolderRec: []string{"Box"}}, []string{"Box/x"}},
		{"folderrec of inbox in other letters", Options{FolderRec: []string{"inbox"}}, []string{"INBOX", "INBOX/sub"}},
		{"folderrec unknown", Options{FolderRec: []string{"Nope"}}, nil},
		{"subscribed", Options{Subscribed: yes}, []string{"A", "INBOX"}},
		{"subscribed and include", Options{Subscribed: yes, Include: []string{"^Box"}}, []string{"A", "Box/x", "INBOX"}},
		{"a container named", Options{Folders: []string{"Box", "Shared/a"}}, nil},
		{"not checked", Options{Folders: []string{"Shared/a", "A"}, CheckFoldersExist: no}, []string{"A", "Shared/a"}},
		{"a container, not checked to exist", Options{Folders: []string{"Box", "A"}, CheckFoldersExist: no}, []string{"A"}},
		{"a container, not checked at all", Options{Folders: []string{"Box"}, CheckFoldersExist: no, CheckSelectable: no}, []string{"Box"}},
		{"first and last", Options{FolderFirst: []string{"INBOX", "Nope"}, FolderLast: []string{"A"}, Exclude: []string{"/"}},
			[]string{"INBOX", "Ab", "A"}},
	} {
		p := mustPlan(t, tc.opts, src, dst)
		var got []string
		for _, pair := range p.Pairs {
			got = append(got, string(pair.Src))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
		warned := slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Warning })
		if wantWarning := tc.want == nil; wantWarning && !warned {
			t.Errorf("%s: got no warning, want one", tc.name)
		}
	}

	p := mustPlan(t, Options{Folders: []string{"Nope", "A", "INBOX"}}, src, dst)
	if want := []imap.MailboxName{"Nope"}; !slices.Equal(p.Missing, want) {
		t.Errorf("Missing: got %q, want %q", p.Missing, want)
	}
	if !strings.Contains(printed(p), "Host1: warning! ignoring folder Nope because it is not in host1 whole folders list.\n") {
		t.Errorf("notes: got\n%s\nwant a warning about Nope", printed(p))
	}
	if got, want := []bool{p.Pairs[0].Subscribe, p.Pairs[1].Subscribe}, []bool{true, false}; !slices.Equal(got, want) {
		t.Errorf("Subscribe of A and INBOX: got %v, want %v", got, want)
	}
	p = mustPlan(t, Options{Subscribe: no}, src, dst)
	if p.Pairs[0].Subscribe {
		t.Error("Subscribe with --nosubscribe: got true, want false")
	}
	p = mustPlan(t, Options{SubscribeAll: yes, Subscribe: no}, src, dst)
	if got := p.Pairs[1]; !got.Subscribe {
		t.Errorf("Subscribe of %s with --subscribeall: got false, want true", got.Src)
	}
}

// The selectability check is said to be off above 152 folders, as in the reference.
func TestPlanSelectableCheckLimit(t *testing.T) {
	var folders []string
	for i := range 153 {
		folders = append(folders, fmt.Sprintf("f%03d", i))
	}
	const off = "Host1: Not checking that 153 wanted folders are selectable. Use --checkselectable to force this check.\n"
	p := mustPlan(t, Options{}, server("/", "", folders...), server("/", "", "INBOX"))
	if !strings.Contains(printed(p), off) {
		t.Errorf("153 folders: got no line %q", off)
	}
	p = mustPlan(t, Options{}, server("/", "", folders[:152]...), server("/", "", "INBOX"))
	if strings.Contains(printed(p), "Not checking that") {
		t.Error("152 folders: got the check turned off, want it on")
	}
	p = mustPlan(t, Options{CheckSelectable: no}, server("/", "", folders...), server("/", "", "INBOX"))
	if want := "Host1: Not checking that wanted folders are selectable."; !strings.Contains(printed(p), want) {
		t.Errorf("--nocheckselectable: got no line %q", want)
	}
}

func TestPlanSubfolder1(t *testing.T) {
	src := server(".", "INBOX.", "INBOX", "INBOX.Old", "INBOX.Old.a", "INBOX.New")
	dst := server("/", "", "INBOX")
	p := mustPlan(t, Options{Subfolder1: text(" Old "), Automap: yes}, src, dst)
	wantArrows(t, p, "INBOX.Old -> INBOX", "INBOX.Old.a -> a")
	const want = "Turned off automapping folders because of --subfolder1\nSanitizing subfolder1: [ Old ] => [Old]\nActing like --folderrec \"INBOX.Old\"\n"
	if got := printed(p); !strings.Contains(got, want) || !strings.Contains(got, "Turned off automapping folders ( use") {
		t.Errorf("notes: got\n%s\nwant among them\n%s", got, want)
	}

	rules, _ := (&Options{Subfolder1: text("Gone")}).Compile()
	p, err := rules.Plan(src, dst)
	if got := fault.KindOf(err); got != fault.Subfolder1 {
		t.Errorf("unknown --subfolder1: got %v (%v), want kind %v", got, err, fault.Subfolder1)
	}
	if err != nil && err.Error() != "subfolder1 Gone does not exist" {
		t.Errorf("unknown --subfolder1: got %q", err)
	}
	if len(p.Pairs) != 0 || !strings.Contains(printed(p), "Nor folder \"Gone\" nor \"INBOX.Gone\" exists on host1\n") {
		t.Errorf("unknown --subfolder1: got %d pairs and\n%s", len(p.Pairs), printed(p))
	}
	p = mustPlan(t, Options{Subfolder1: text("Gone"), FolderRec: []string{"INBOX.New"}}, src, dst)
	wantArrows(t, p, "INBOX.New -> New")
	p = mustPlan(t, Options{Subfolder1: text(" ")}, src, dst)
	if len(p.Pairs) != 4 {
		t.Errorf("blank --subfolder1: got %q, want every folder", arrows(p))
	}
}

// Deletion stays inside the subfolder and spares what holds a fed folder (docs/differences.md row 7).
func TestPlanExtra(t *testing.T) {
	src := server("/", "", "INBOX", "a", "Box|\\Noselect", "Box/x")
	p := mustPlan(t, Options{}, src, server("/", "", "INBOX", "Box", "Box/x", "a", "b", "b/c"))
	if want := []imap.MailboxName{"b/c", "b", "Box"}; !slices.Equal(p.Extra2, want) {
		t.Errorf("Extra2: got %q, want %q", p.Extra2, want)
	}
	if want := []imap.MailboxName{"b/c", "b"}; !slices.Equal(p.Removable2, want) {
		t.Errorf("Removable2: got %q, want %q", p.Removable2, want)
	}

	p = mustPlan(t, Options{Subfolder2: text("Old/Box")}, src,
		server("/", "", "INBOX", "mine", "Old", "Old/Box", "Old/Box/a", "Old/Box/gone", "Old/other"))
	wantArrows(t, p, "Box/x -> Old/Box/Box/x", "INBOX -> Old/Box/INBOX", "a -> Old/Box/a")
	if want := []imap.MailboxName{"mine", "Old/other", "Old/Box/gone", "Old"}; !slices.Equal(p.Extra2, want) {
		t.Errorf("Extra2 with --subfolder2: got %q, want %q", p.Extra2, want)
	}
	if want := []imap.MailboxName{"Old/Box/gone"}; !slices.Equal(p.Removable2, want) {
		t.Errorf("Removable2 with --subfolder2: got %q, want %q", p.Removable2, want)
	}

	p = mustPlan(t, Options{Subfolder2: text("INBOX.Old")}, server(".", "INBOX.", "INBOX", "INBOX.a"),
		server(".", "INBOX.", "INBOX", "INBOX.Old.gone", "INBOX.keep"))
	wantArrows(t, p, "INBOX -> INBOX.Old.INBOX", "INBOX.a -> INBOX.Old.a")
	if want := []imap.MailboxName{"INBOX.Old.gone"}; !slices.Equal(p.Removable2, want) {
		t.Errorf("Removable2 with the prefix repeated: got %q, want %q", p.Removable2, want)
	}

	p = mustPlan(t, Options{}, server("/", "", "a"), server("/", "", "INBOX", "b"))
	if want := []imap.MailboxName{"b"}; !slices.Equal(p.Removable2, want) {
		t.Errorf("Removable2 without a host1 INBOX: got %q, want %q", p.Removable2, want)
	}
}

func TestPlanTrace(t *testing.T) {
	p := mustPlan(t, Options{RegexTrans2: []string{"s/a/b/"}, F1F2: []string{"INBOX=I"}},
		server("/", "", "INBOX", "a/x"), server(".", "P.", "INBOX"))
	var got []string
	for _, n := range p.Trace {
		got = append(got, n.Text)
	}
	want := []string{
		"f1f2 [INBOX] -> [I]",
		"removed host1 prefix: [a/x]",
		"inverted separators: [a.x]",
		"added host2 prefix: [P.a.x]",
		"[P.a.x] -> [P.b.x] using regextrans2 [s/a/b/]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
}

// Every bad value is found at once.
func TestCompileProblems(t *testing.T) {
	rules, problems := (&Options{
		Include:     []string{"ok", "(", "fine"},
		Exclude:     []string{"["},
		RegexTrans2: []string{"s/(/x/", "nonsense", "s/a/b/"},
		F1F2:        []string{"noequal", "a=b=c"},
	}).Compile()
	if rules != nil || len(problems) != 5 {
		t.Fatalf("got %d problems %v, want 5 and no rules", len(problems), problems)
	}
	for _, p := range problems {
		var f *fault.Error
		if !errors.As(p, &f) || f.Kind != fault.Usage {
			t.Errorf("problem %v: got kind %v, want usage", p, fault.KindOf(p))
		}
	}
	if !strings.HasPrefix(problems[2].Error(), "error: eval regextrans2 's/(/x/': ") {
		t.Errorf("regextrans2: got %q", problems[2])
	}
}

func TestRegister(t *testing.T) {
	var opts Options
	fs := getopt.NewSet()
	opts.Register(fs)
	extra, problems := fs.Parse(strings.Fields("--nomixfolders --folder INBOX --folder A --subscribe_all --sep2 . --f1f2 a=b --noexclude --nofixinboxinbox"))
	if len(extra)+len(problems) != 0 {
		t.Fatalf("got extra %q and problems %q, want none", extra, problems)
	}
	rules, _ := opts.Compile()
	if rules.MixFolders || !opts.SubscribeAll.Value || opts.Sep2.Value != "." || !opts.NoExclude.Value ||
		!slices.Equal(opts.Folders, []string{"INBOX", "A"}) || !opts.FixInboxINBOX.Given || opts.FixInboxINBOX.Value {
		t.Errorf("got %+v", opts)
	}
}

func TestNotesNameTheirSide(t *testing.T) {
	p := mustPlan(t, Options{}, server("/", "", "INBOX"), server("/", "", "INBOX"))
	for _, n := range p.Notes {
		want := account.NoSide
		for _, side := range account.Sides {
			if strings.HasPrefix(n.Text, side.Title()+": found") {
				want = side
			}
		}
		if want != account.NoSide && n.Side != want {
			t.Errorf("%q: got side %v, want %v", n.Text, n.Side, want)
		}
	}
}
