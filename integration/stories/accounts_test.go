package stories

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"imapsync/integration/accounts"
	"imapsync/integration/fixtures"
	"imapsync/integration/rawimap"
)

// want fails the story unless a command has its number of arguments.
func want(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) != n {
		ts.Fatalf("usage: %s", usage)
	}
}

func fill(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "fill SIDE FILE")
	s := storyOf(ts)
	account, err := s.cast.account(ts.ReadFile(args[1]))
	if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	refused, err := fixtures.Load(s.side(ts, args[0]).Target, account)
	ts.Check(err)
	if len(refused) > 0 {
		ts.Fatalf("the server refused a part of %s: %q", args[1], refused)
	}
}

func holds(ts *testscript.TestScript, neg bool, args []string) {
	inOrder := len(args) > 0 && args[0] == "-inorder"
	if inOrder {
		args = args[1:]
	}
	want(ts, neg, args, 2, "holds [-inorder] SIDE FILE")
	s := storyOf(ts)
	state := s.state(ts, args[0])
	text, err := os.ReadFile(ts.MkAbs(args[1]))
	if err != nil && !*update {
		ts.Fatalf("%v", err)
	}
	wanted, mentioned, err := s.cast.wanted(string(text), inOrder)
	if err != nil && !*update {
		ts.Fatalf("%s: %v", args[1], err)
	}
	got := s.cast.lines(state, mentioned, inOrder)
	if diff := cmp.Diff(wanted, got); diff != "" {
		if *update && !s.reference {
			ts.Check(rewrite(filepath.Join("testdata", ts.Name()+".txtar"), args[1], strings.Join(got, "\n")+"\n"))
			return
		}
		ts.Fatalf("%s is not as %s says (-want +got):\n%s", args[0], args[1], diff)
	}
}

// rewrite gives a file of a story another text.
func rewrite(story, file, text string) error {
	archive, err := txtar.ParseFile(story)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == file })
	if at < 0 {
		at = len(archive.Files)
		archive.Files = append(archive.Files, txtar.File{Name: file})
	}
	archive.Files[at].Data = []byte(text)
	return os.WriteFile(story, txtar.Format(archive), 0o644)
}

func empty(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "empty SIDE")
	s := storyOf(ts)
	if got := s.cast.lines(s.state(ts, args[0]), nil, false); len(got) > 0 {
		ts.Fatalf("%s is not empty:\n%s", args[0], strings.Join(got, "\n"))
	}
}

func (s *story) state(ts *testscript.TestScript, name string) accounts.State {
	state, err := accounts.Dump(s.side(ts, name).Target)
	ts.Check(err)
	return state
}

// locate finds a message of an account by the name it has in the story.
func (s *story) locate(ts *testscript.TestScript, where, folder, name string) (raw string, m accounts.Message) {
	f := s.state(ts, where).Folder(folder)
	known := s.cast.byName[name]
	for _, m := range f.Messages {
		if strconv.Itoa(m.UID) == name || known != nil && (s.cast.bySum[m.SHA256] == known || m.ID != "" && m.ID == known.id) {
			return f.Raw, m
		}
	}
	ts.Fatalf("%s has no message %s in %q", where, name, folder)
	return "", m
}

// change opens the folder of a message and sends commands, in which UID stands for its number.
func (s *story) change(ts *testscript.TestScript, where, folder, name string, commands ...string) {
	raw, m := s.locate(ts, where, folder, name)
	a := s.side(ts, where)
	c, err := rawimap.Dial(a.Addr, a.User, a.Password)
	ts.Check(err)
	defer c.Close()
	_, err = c.Select(raw)
	ts.Check(err)
	for _, command := range commands {
		ts.Check(c.Do(nil, strings.ReplaceAll(command, "#", strconv.Itoa(m.UID))))
	}
}

func flagMessage(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 4, `flag SIDE FOLDER NAME '\Seen word'`)
	storyOf(ts).change(ts, args[0], args[1], args[2], "UID STORE # FLAGS.SILENT ("+args[3]+")")
}

func removeMessage(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 3, "remove SIDE FOLDER NAME")
	storyOf(ts).change(ts, args[0], args[1], args[2], `UID STORE # +FLAGS.SILENT (\Deleted)`, "UID EXPUNGE #")
}

func readMessage(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 3, "read SIDE FOLDER NAME")
	s := storyOf(ts)
	raw, m := s.locate(ts, args[0], args[1], args[2])
	a := s.side(ts, args[0])
	c, err := rawimap.Dial(a.Addr, a.User, a.Password)
	ts.Check(err)
	defer c.Close()
	_, err = c.Examine(raw)
	ts.Check(err)
	err = c.Do(func(r rawimap.Response) {
		t := r.Tokens()
		if len(t) < 4 || !t[3].IsList {
			return
		}
		for i := 0; i+1 < len(t[3].List); i += 2 {
			if t[3].List[i].Is("BODY[]") {
				ts.Stdout().Write([]byte(strings.ReplaceAll(string(t[3].List[i+1].Text), "\r\n", "\n")))
			}
		}
	}, "UID FETCH", rawimap.Atom(strconv.Itoa(m.UID)), rawimap.Atom("(BODY.PEEK[])"))
	ts.Check(err)
}
