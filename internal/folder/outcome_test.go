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

// Expressions may name whose folders they rename, and where these lie.
func TestRenameVariables(t *testing.T) {
	src, dst := server("/", "", "INBOX", "Work"), server(".", "P.", "INBOX")
	src.User, src.Host, dst.User, dst.Host = "ann", "old", "bob", "new"
	p := mustPlan(t, Options{RegexTrans2: []string{
		"s,^P\\.(.*),P.$sync->{user1}.$1.$sync->{h1_current_folder},", "s/$/-$sync->{user2}-$sync->{host1}-$sync->{ h2_sep }/"}}, src, dst)
	want := map[imap.MailboxName]imap.MailboxName{"INBOX": "INBOX-bob-old-.", "Work": "P.ann.Work.Work-bob-old-."}
	for _, pair := range p.Pairs {
		if pair.Dst != want[pair.Src] {
			t.Errorf("%s: got %s, want %s", pair.Src, pair.Dst, want[pair.Src])
		}
	}
	if _, problems := (&Options{RegexTrans2: []string{"s/a/$sync->{password1}/"}}).Compile(); problems == nil {
		t.Error("a name that is no variable is taken")
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
