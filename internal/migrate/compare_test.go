package migrate_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
)

// snapshot is an account as it is stored, read without a connection: rules and counts do not notice.
func (s *scene) snapshot(srv *imaptest.Server) (out imaptest.Snapshot) {
	s.Helper()
	infos, err := srv.Account.Mailboxes()
	if err != nil {
		s.Fatal(err)
	}
	for _, i := range infos {
		f := imaptest.Folder{Name: i.Path, Selectable: i.Exists, Subscribed: i.Subscribed, SpecialUse: i.Use}
		if b := srv.Account.Box(i.Path); b != nil {
			for _, m := range b.Messages() {
				f.Messages = append(f.Messages, stored(b, m))
			}
		}
		out.Folders = append(out.Folders, f)
	}
	return out
}

func stored(b *server.MemoryMailbox, m server.Message) imaptest.Message {
	text := b.Text(m.UID)
	id := ""
	if _, rest, ok := bytes.Cut(text, []byte("Message-Id: ")); ok {
		line, _, _ := bytes.Cut(rest, []byte("\r\n"))
		id = string(line)
	}
	return imaptest.Message{UID: m.UID, Digest: fmt.Sprintf("%x", sha256.Sum256(text)), Size: m.Size, MessageID: id, Flags: m.Flags, Date: m.Date}
}

// wantSame demands that every message of host1 is on host2 once, unchanged, and nothing else.
func (s *scene) wantSame() {
	s.Helper()
	s.wantSameAs(s.snapshot(s.src))
}

func (s *scene) wantSameAs(want imaptest.Snapshot) {
	s.Helper()
	s.dst.Settle()
	d := imaptest.Compare(s.snapshot(s.dst), want, imaptest.IgnoreOrder, imaptest.IgnoreSpecialUse, imaptest.IgnoreSubscribed, imaptest.IgnoreEmpty)
	if len(d) > 0 {
		s.Errorf("host2 differs from host1 (%d differences):\n%s", len(d), strings.Join(d[:min(len(d), 12)], "\n"))
	}
}

// wantOrder demands that a mailbox of host2 has the messages in host1's order.
func (s *scene) wantOrder(box string) {
	s.Helper()
	list := func(srv *imaptest.Server) (out []string) {
		b := srv.Account.Box(box)
		for _, m := range b.Messages() {
			out = append(out, stored(b, m).Digest)
		}
		return out
	}
	if !slices.Equal(list(s.src), list(s.dst)) {
		s.Errorf("%s: the order on host2 is not that of host1", box)
	}
}

// wantRerun demands that a second run over sound lines finishes without anything to do.
func (s *scene) wantRerun() {
	s.Helper()
	s.src.ClearRules()
	s.dst.ClearRules()
	o := s.run()
	if n := o.copied(); n > 0 || o.End != migrate.Finished || len(o.Errors) > 0 {
		s.Errorf("second run: got %d copied, end %d, errors %v, want nothing to do", n, o.End, o.Errors)
	}
	o.wantOneEnd()
}

// wantComplete is a run without errors, and all that should follow from it.
func (o *outcome) wantComplete() {
	o.Helper()
	if o.End != migrate.Finished || len(o.Errors) > 0 {
		o.Errorf("got end %d and errors %v, want a finished run without", o.End, o.Errors)
	}
	for _, f := range of[event.FolderDone](o) {
		if !f.Complete || f.Missing2 != 0 {
			o.Errorf("folder %s: got complete %t, missing %d, want a complete one", f.Src, f.Complete, f.Missing2)
		}
	}
	o.wantOneEnd()
	o.wantSame()
	o.wantRerun()
}

// wantErrors demands so many errors.
func (o *outcome) wantErrors(n int) {
	o.Helper()
	if len(o.Errors) != n {
		o.Errorf("got %d errors %v, want %d", len(o.Errors), o.Errors, n)
	}
}

// wantOneEnd demands that no message has two final events, that no copy is told with the UID of
// another, and, for folders that were done to the end, that every message has one.
func (o *outcome) wantOneEnd() {
	o.Helper()
	type key struct {
		box imap.MailboxName
		uid imap.UID
	}
	ends := map[key][]string{}
	taken := map[key]imap.UID{}
	count := map[imap.MailboxName]int{}
	for _, c := range of[event.Copied](o) {
		k := key{c.Src, c.SrcUID}
		ends[k] = append(ends[k], "copied")
		count[c.Src]++
		if at := (key{c.Dst, c.DstUID}); c.DstUID != 0 && taken[at] != 0 {
			o.Errorf("%s/%d: got told as the copy of %d and %d", c.Dst, c.DstUID, taken[at], c.SrcUID)
		} else {
			taken[at] = c.SrcUID
		}
	}
	for _, s := range of[event.Skipped](o) {
		k := key{s.Src, s.UID}
		ends[k] = append(ends[k], s.Reason.String())
		count[s.Src]++
	}
	for k, e := range ends {
		if len(e) != 1 {
			o.Errorf("%s/%d: got the ends %v, want one", k.box, k.uid, e)
		}
	}
	for _, f := range of[event.FolderDone](o) {
		b := o.src.Account.Box(string(f.Src))
		if b != nil && f.Complete && o.opts.JustFolders.Value == false && count[f.Src] != len(b.Messages()) {
			o.Errorf("%s: got the ends of %d messages, want %d", f.Src, count[f.Src], len(b.Messages()))
		}
	}
}

// wantSkipped demands that so many messages were left behind for a reason.
func (o *outcome) wantSkipped(why plan.Reason, n int) {
	o.Helper()
	if got := o.skipped(why); got != n {
		o.Errorf("%s: got %d messages, want %d", why, got, n)
	}
}
