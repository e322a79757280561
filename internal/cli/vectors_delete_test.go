package cli

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/vectors"
)

// deletionRun is the program between two servers in memory, which a case has dressed.
type deletionRun struct {
	t        *testing.T
	src, dst *imaptest.Server
}

func newDeletionRun(t *testing.T, opts ...imaptest.Option) deletionRun {
	return deletionRun{t, imaptest.Start(t, opts...), imaptest.Start(t)}
}

// printed runs the program and returns what it prints.
func (r deletionRun) printed(args ...string) string {
	r.t.Helper()
	folder := r.t.TempDir()
	all := []string{"--nolog", "--nodockercontext", "--tmpdir", folder, "--nostate"}
	for n, s := range map[string]*imaptest.Server{"1": r.src, "2": r.dst} {
		host, port, err := net.SplitHostPort(s.Addr)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, "--host"+n, host, "--port"+n, port, "--user"+n, imaptest.User, "--password"+n, imaptest.Password, "--nossl"+n, "--notls"+n)
	}
	cmd := command(r.t, folder, append(all, args...)...)
	out, _ := cmd.Output() // the exit value is not what these cases are about
	return string(out)
}

// linesOf gives the lines that begin with an expression.
func linesOf(out, beginning string) string {
	return strings.Join(regexp.MustCompile(`(?m)^(?:`+beginning+`).*\n`).FindAllString(out, -1), "")
}

// statistic is a figure of the block at the end.
func statistic(out, label string) string {
	m := regexp.MustCompile(`(?m)^` + label + ` +: (\d+)`).FindStringSubmatch(out)
	if m == nil {
		return ""
	}
	return m[1]
}

func TestVectorsDeletion(t *testing.T) {
	for _, c := range vectors.Load(t, "deletion", "delete_messages_on_any") {
		vectors.Check(t, c, deletedMessages(t, c.In))
	}
}

// deletedMessages has host1 hold messages with the UIDs of the case, all of them on host2 already.
func deletedMessages(t *testing.T, in vectors.Value) map[string]any {
	var opts []imaptest.Option
	if in.Field("expunge").Bool() && !in.Field("uidexpunge_works").Bool() {
		opts = append(opts, imaptest.Without(imap.CapUIDPlus))
	}
	if in.Field("refused").Bool() {
		opts = append(opts, imaptest.Script(imaptest.Rule{Verb: "STORE", Times: imaptest.Always, Action: imaptest.Reply("NO no")}))
	}
	r := newDeletionRun(t, opts...)
	var wanted []imap.UID
	for _, uid := range in.Field("uids").List() {
		wanted = append(wanted, imap.UID(uid.Int()))
	}
	r.dst.Account.Make("Older", "") // another UIDVALIDITY: nobody need ask whether both are one folder
	box1, box2 := r.src.Account.Make("F", ""), r.dst.Account.Make("F", "")
	var others []imap.UID
	for uid := imap.UID(1); len(wanted) > 0 && uid <= slices.Max(wanted); uid++ {
		text := fmt.Appendf(nil, "Message-Id: <%d@example.org>\r\nSubject: %[1]d\r\n\r\ntext\r\n", uid)
		box1.Add(text, time.Unix(1e9, 0))
		if slices.Contains(wanted, uid) {
			box2.Add(text, time.Unix(1e9, 0))
		} else {
			others = append(others, uid)
		}
	}
	if err := box1.Remove(others); err != nil {
		t.Fatal(err)
	}
	args := []string{"--delete1", "--folder", "F", "--debugimap1"}
	if !in.Field("expunge").Bool() {
		args = append(args, "--noexpunge1")
	}
	out := r.printed(args...)
	sets := []string{}
	for _, m := range regexp.MustCompile(`Sending: \S+ UID STORE (\S+) \+FLAGS`).FindAllStringSubmatch(out, -1) {
		sets = append(sets, m[1])
	}
	expunges := []string{}
	for _, m := range regexp.MustCompile(`Sending: \S+ ((?:UID )?EXPUNGE.*)`).FindAllStringSubmatch(out, -1) {
		expunges = append(expunges, m[1])
	}
	errors := regexp.MustCompile(`(?m)^Detected (\d+) errors`).FindStringSubmatch(out)
	if errors == nil {
		t.Fatal(out)
	}
	return map[string]any{"delete": sets, "expunge": expunges, "nb_errors": errors[1],
		"nb_msg_deleted": statistic(out, "Messages deleted on host1"), "printed": linesOf(out, "Host1: F/|Host1: F folder")}
}

func TestVectorsEmptyFolders(t *testing.T) {
	for _, c := range vectors.Load(t, "empty_folders") {
		got := emptyFolders(t, c.In)
		want := c.Out.Field("printed").Str()
		if said := got["printed"].(string); sortedLines(said) == sortedLines(want) {
			// Our server writes INBOX in capitals only, which sorts otherwise than the case may.
			got["printed"] = want
		}
		vectors.Check(t, c, got)
	}
}

func sortedLines(text string) string {
	all := strings.Split(text, "\n")
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// emptyFolders has host1 hold the folders of the case. With --justfolders nothing but the deletion
// looks into them.
func emptyFolders(t *testing.T, in vectors.Value) map[string]any {
	r := newDeletionRun(t)
	folders := in.Field("folders").Map()
	args := []string{"--delete1emptyfolders", "--justfolders", "--nofoldersizes", "--nofoldersizesatend", "--debugimap1"}
	if in.Field("dry").Bool() {
		args = append(args, "--dry")
	}
	inbox := "INBOX"
	var names []string
	searches := 0
	for name, f := range folders {
		if strings.EqualFold(name, inbox) {
			inbox, name = name, "INBOX"
		}
		names = append(names, name)
		args = append(args, "--folder", name)
		box := r.src.Account.Make(name, "")
		for range f.Field("select").Int() {
			box.Add([]byte("Subject: x\r\n\r\n"), time.Unix(1e9, 0))
		}
		if f.Field("parent").Bool() {
			r.src.Account.Make(name+"/below", "")
		}
		if f.Field("select").IsNull() {
			r.src.Rules(imaptest.Rule{Verb: "EXAMINE", Match: name, Times: imaptest.Always, Action: imaptest.Reply("NO no")})
		}
		if f.Field("delete_fails").Bool() {
			r.src.Rules(imaptest.Rule{Verb: "DELETE", Match: name, Action: imaptest.Reply("NO no")})
		}
	}
	if len(names) == 0 {
		args = append(args, "--exclude", ".")
	}
	slices.Sort(names)
	for _, name := range slices.Backward(names) {
		f := folders[name]
		if f.Field("parent").Bool() || f.Field("select").IsNull() {
			continue
		}
		if n := f.Field("search").Int(); n != f.Field("select").Int() {
			r.src.Rules(imaptest.Rule{Verb: "SEARCH", Skip: searches, Action: imaptest.Rewrite(func(resp *imaptest.Response) {
				if strings.HasPrefix(resp.Head, "* SEARCH") {
					resp.Head = "* SEARCH"
					for uid := range n {
						resp.Head += fmt.Sprint(" ", uid+1)
					}
				}
			})})
		}
		searches++
	}
	out := r.printed(args...)
	said := strings.ReplaceAll(linesOf(out, "Host1 delet|Host1 ended|Host1: folder .* has (?:sub|mess)|Host1: folder .* odd|Host1: Not|Host1: deleting|Host1 folder .* Could not ex"), "INBOX", inbox)
	said = regexp.MustCompile(`( failed): .*`).ReplaceAllString(said, "$1") // the server's words are ours
	deleted, kept := []string{}, []string{}
	for _, m := range regexp.MustCompile(`Sending: \S+ DELETE "?([^"\r\n]*)"?`).FindAllStringSubmatch(out, -1) {
		deleted = append(deleted, m[1])
	}
	slices.Sort(names)
	for name := range folders {
		if !strings.Contains(said, "Host1 deleted "+name) && !strings.Contains(said, "Host1 folder "+name+": Could not") {
			kept = append(kept, name)
		}
	}
	slices.Sort(kept)
	slices.Sort(deleted)
	errors := regexp.MustCompile(`(?m)^Detected (\d+) errors`).FindStringSubmatch(out)
	if errors == nil {
		t.Fatal(out)
	}
	return map[string]any{"delete": deleted, "kept": kept, "nb_errors": errors[1], "printed": said}
}
