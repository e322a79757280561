package server

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"imapsync/internal/imap"

	"github.com/klauspost/compress/flate"
)

func TestListing(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	account.Make("A/B", "")
	account.Make("Sent", `\Sent`).Add(message("x"), testDate)
	account.Subscribe("Gone", true)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a LIST "" ""
		S: * LIST (\Noselect) "/" ""
		S: a OK LIST completed
		C: a LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Noselect \HasChildren) "/" A
		S: * LIST (\HasNoChildren) "/" A/B
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: a OK LIST completed
		C: a LIST A/ %
		S: * LIST (\HasNoChildren) "/" A/B
		S: a OK LIST completed
		C: a LIST "" inbox
		S: * LIST (\HasNoChildren) "/" INBOX
		S: a OK LIST completed
		C: a LSUB "" %
		S: * LSUB (\Noselect) "/" A
		S: * LSUB () "/" Gone
		S: * LSUB () "/" Sent
		S: a OK LSUB completed
		C: a LIST (SUBSCRIBED) "" *
		S: * LIST (\Subscribed \HasNoChildren) "/" A/B
		S: * LIST (\NonExistent \Subscribed \HasNoChildren) "/" Gone
		S: * LIST (\Subscribed \HasNoChildren \Sent) "/" Sent
		S: a OK LIST completed
		C: a LIST (SUBSCRIBED RECURSIVEMATCH) "" %
		S: * LIST (\NonExistent \HasChildren) "/" A ("CHILDINFO" ("SUBSCRIBED"))
		S... a OK
		C: a LIST (SPECIAL-USE) "" ("*")
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: a OK LIST completed
		C: a LIST "" (INBOX Sent) RETURN (SUBSCRIBED CHILDREN STATUS (MESSAGES SIZE))
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * STATUS INBOX (MESSAGES 0 SIZE 0)
		S: * LIST (\Subscribed \HasNoChildren \Sent) "/" Sent
		S: * STATUS Sent (MESSAGES 1 SIZE 89)
		S: a OK LIST completed`)
}

func TestPrefixAndSeparator(t *testing.T) {
	t.Parallel()
	cfg := preauth()
	cfg.Prefix, cfg.Separator = "INBOX.", '.'
	srv, account := newAccount(t, cfg)
	account.Make("A/B", "")
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a NAMESPACE
		S: * NAMESPACE (("INBOX." ".")) NIL NIL
		S: a OK NAMESPACE completed
		C: a LIST "" *
		S: * LIST (\HasChildren) "." INBOX
		S: * LIST (\Noselect \HasChildren) "." INBOX.A
		S: * LIST (\HasNoChildren) "." INBOX.A.B
		S: a OK LIST completed
		C: a CREATE X
		S: a NO Client tried to access nonexistent namespace. (Mailbox name should probably be prefixed with: INBOX.)
		C: a CREATE INBOX.X/Y
		S: a NO [CANNOT] Character not allowed in mailbox name: '/'
		C: a CREATE INBOX.X.
		S: a OK CREATE completed
		C: a CREATE "Inbox.with blank"
		S: a OK CREATE completed
		C: a STATUS "INBOX.with blank" (MESSAGES)
		S: * STATUS "INBOX.with blank" (MESSAGES 0)
		S: a OK STATUS completed`)
	if account.Box("X") == nil || account.Box("with blank") == nil {
		t.Error("mailboxes were not created under their paths")
	}
}

func TestCreateDeleteRename(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	account.Box("INBOX").Add(message("x"), testDate, imap.FlagSeen, "Keyword")
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a CREATE inbox
		S: a NO [ALREADYEXISTS] Mailbox already exists
		C: a CREATE Old (USE (\Archive))
		S: a OK CREATE completed
		C: a CREATE Old/Child
		S: a OK CREATE completed
		C: a CREATE a//b
		S: a NO [CANNOT] Invalid mailbox name: empty component
		C: a RENAME Old New
		S: a OK RENAME completed
		C: a RENAME New New/Below
		S: a NO [CANNOT] Cannot move a mailbox below itself
		C: a RENAME INBOX Saved
		S: a OK RENAME completed
		C: a DELETE INBOX
		S: a NO [CANNOT] INBOX cannot be deleted
		C: a DELETE New
		S: a OK DELETE completed
		C: a DELETE New
		S: a NO [NONEXISTENT] Mailbox does not exist
		C: a LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Noselect \HasChildren) "/" New
		S: * LIST (\HasNoChildren) "/" New/Child
		S: * LIST (\HasNoChildren) "/" Saved
		S: a OK LIST completed
		C: a STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 0)
		S: a OK STATUS completed
		C: a EXAMINE Saved
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Keyword)
		S: * OK [PERMANENTFLAGS ()] Flags permitted.
		S... a OK
		C: a FETCH 1 (FLAGS INTERNALDATE)
		S: * 1 FETCH (FLAGS (\Seen Keyword \Recent) INTERNALDATE " 3-Feb-2020 04:05:06 +0100")
		S: a OK FETCH completed`)
}

func TestSelectedMailboxIsDeleted(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	account.Make("X", "")
	l := newLines(t, dial(t, srv))
	l.send("a SELECT X")
	l.until("a OK")
	account.Delete("X")
	l.send("b NOOP")
	if got, want := l.read(), "* BYE Selected mailbox was deleted"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	cfg := preauth()
	cfg.AppendLimit = 50
	srv, account := newAccount(t, cfg)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a APPEND Nowhere {3}
		S: a NO [TRYCREATE] Mailbox doesn't exist: Nowhere
		C: a APPEND Nowhere {3+}
		C: abc {3+}
		C: def
		S: a NO [TRYCREATE] Mailbox doesn't exist: Nowhere
		C: a APPEND INBOX {51}
		S: a NO [TOOBIG] Literal too large
		C: a APPEND INBOX {0+}
		C: 
		S: a BAD Can't save a zero byte message
		C: a APPEND INBOX (\Seen \Recent $Forwarded \seen) " 3-Feb-2020 04:05:06 +0100" {3}
		S: + OK
		C: abc
		S: a OK [APPENDUID 1200001 1] Append completed
		C: a APPEND INBOX {1+}
		C: x (\flagged $FORWARDED) "03-Feb-2020 04:05:06 -0130" {2+}
		C: yy () {3}
		S: + OK
		C: zzz
		S: a OK [APPENDUID 1200001 2:4] Append completed
		C: a APPEND INBOX (\Nonsense) {3+}
		C: abc
		S: a BAD Invalid system flag \Nonsense
		C: a SELECT INBOX
		S... a OK
		C: a APPEND INBOX {1+}
		C: 5
		S: * 5 EXISTS
		S: * 5 RECENT
		S: a OK [APPENDUID 1200001 5] Append completed
		C: a UID FETCH 1:3 (FLAGS INTERNALDATE BODY.PEEK[])
		S~ * 1 FETCH (UID 1 FLAGS (\Seen $Forwarded \Recent) INTERNALDATE " 3-Feb-2020 04:05:06 +0100" BODY[] {3}
		S: abc)
		S... x)
		S: * 3 FETCH (UID 3 FLAGS (\Flagged $Forwarded \Recent) INTERNALDATE " 3-Feb-2020 04:05:06 -0130" BODY[] {2}
		S: yy)
		S... a OK`)
	if got := account.Box("INBOX").Status(); got.Messages != 5 || got.Size != 10 || got.UIDNext != 6 || got.Unseen != 4 {
		t.Errorf("status is %+v", got)
	}
}

func TestMultiAppendIsAllOrNothing(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	account.SetQuota(5)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a APPEND INBOX {3+}
		C: abc {3+}
		C: def
		S: a NO [OVERQUOTA] Quota exceeded
		C: a APPEND INBOX {5+}
		C: abcde
		S~ a OK [APPENDUID 1200001 1]`)
	if used, _, _ := account.Quota(); used != 5 {
		t.Errorf("quota in use: got %d, want 5", used)
	}
}

func TestPermanentFlags(t *testing.T) {
	t.Parallel()
	cfg := preauth()
	cfg.PermanentFlags = []imap.Flag{imap.FlagSeen, imap.FlagDeleted}
	srv, account := newAccount(t, cfg)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a APPEND INBOX (\Seen \Flagged Key) {1+}
		C: x
		S~ a OK
		C: a SELECT INBOX
		S~ * FLAGS
		S: * OK [PERMANENTFLAGS (\Seen \Deleted)] Flags permitted.
		S... a OK`)
	if m, _ := account.Box("INBOX").Message(1); len(m.Flags) != 1 {
		t.Errorf("flags: got %v, want only \\Seen", m.Flags)
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	cfg := preauth()
	cfg.Capabilities = append(cfg.Capabilities, imap.CapQuota)
	srv, account := newAccount(t, cfg)
	account.SetQuota(10 << 10)
	account.Box("INBOX").Add(bytes.Repeat([]byte("x"), 1025), testDate)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a GETQUOTAROOT INBOX
		S: * QUOTAROOT INBOX ""
		S: * QUOTA "" (STORAGE 2 10)
		S: a OK GETQUOTAROOT completed`)
}

func TestCompress(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	text := bytes.Repeat(message("compressed"), 2000)
	account.Box("INBOX").Add(text, testDate)
	nc := dial(t, srv)
	l := newLines(t, nc)
	l.send("a COMPRESS DEFLATE")
	l.until("a OK")
	w, err := flate.NewWriter(nc, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := newLines(t, deflated{nc, flate.NewReader(l.br), w})
	c.send("b EXAMINE INBOX\r\nc UID FETCH 1 BODY.PEEK[]")
	c.until("* 1 FETCH")
	got := make([]byte, len(text))
	if _, err := io.ReadFull(c.br, got); err != nil || !bytes.Equal(got, text) {
		t.Errorf("the text differs (%v)", err)
	}
	c.until("c OK")
	c.send("d COMPRESS DEFLATE")
	if got := c.read(); !strings.HasPrefix(got, "d NO [COMPRESSIONACTIVE]") {
		t.Errorf("got %s", got)
	}
}

// deflated is a connection after COMPRESS, seen from the client.
type deflated struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func (d deflated) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}
