package scan

import (
	"context"
	"errors"
	"sync"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// chunkRows is how many rows are handed on at once.
const chunkRows = 500

// rounds is how often messages are asked for that came later, or not whole.
const rounds = 2

// Want says what a listing reads.
type Want struct {
	ReadOnly bool // EXAMINE; host1 is never selected read-write unless this run deletes there (rule E8)
	Dates    bool
	Identity *message.Identifier // nil: sizes only
	Sets     *plan.FlagSets
	Labels   *plan.LabelSets // nil: labels are not asked for
}

// Conn is a connection whose mailbox several listings select in turn: each sends its SELECT and
// FETCH together, under Turn.
type Conn struct {
	*client.Conn
	Turn *sync.Mutex
}

// Listing is one folder being listed. Its methods are safe for concurrent use.
type Listing struct {
	conn  Conn
	name  imap.MailboxName
	want  Want
	done  chan struct{}
	first asked

	mu    sync.Mutex
	more  *sync.Cond
	rows  rows
	ended bool

	// Valid after done is closed.
	sel    imap.Selected
	err    error
	exists uint32
	proof  plan.Complete
	whole  bool
}

// asked is a SELECT and the FETCH behind it.
type asked struct {
	sel   *client.SelectCmd
	fetch *client.FetchCmd
}

// Start sends the commands that list the folder name, and returns at once. Other listings may use
// the connection meanwhile. What was sent behind a failed SELECT is discarded (rule E8).
func Start(ctx context.Context, conn Conn, name imap.MailboxName, want Want) *Listing {
	l := &Listing{conn: conn, name: name, want: want, done: make(chan struct{}), rows: newRows(want)}
	l.more = sync.NewCond(&l.mu)
	l.first = l.ask(imap.AllUIDs)
	go l.finish(ctx)
	return l
}

func (l *Listing) ask(set imap.UIDSet) asked {
	items := client.FetchItems{Size: true}
	if l.want.Identity != nil {
		items.Flags, items.InternalDate, items.Header = true, l.want.Dates, l.want.Identity.ListFields()
		items.GmailLabels = l.want.Labels != nil
	}
	l.conn.Turn.Lock()
	defer l.conn.Turn.Unlock()
	return asked{l.conn.Select(l.name, l.want.ReadOnly), l.conn.UIDFetch(set, items, client.FetchHandler{Message: l.take})}
}

// take runs on the connection's reading goroutine and must not wait for anybody. Rows are kept by
// the plan anyway, so a queue of them without bound costs no more.
func (l *Listing) take(m *imap.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows.take(m)
	if l.rows.ready > chunkRows {
		l.more.Signal()
	}
}

// finish waits for the answers, and asks again for messages that arrived meanwhile and for those
// that came without what identifies them.
func (l *Listing) finish(ctx context.Context) {
	sel, exists, err := l.first.answers(ctx)
	for round := 0; err == nil && round < rounds; round++ {
		set := l.lacking(exists)
		if set.Empty() {
			break
		}
		var again imap.Selected
		again, exists, err = l.ask(set).answers(ctx)
		if err == nil && again.UIDValidity != sel.UIDValidity {
			err = errEpoch
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows.dropHalf()
	l.sel, l.exists, l.err, l.ended = sel, exists, err, true
	if err == nil {
		l.proof, l.whole = plan.Prove(true, exists, l.rows.count)
	}
	close(l.done)
	l.more.Broadcast()
}

var errEpoch = errors.New("UIDVALIDITY changed during the listing")

// answers waits for both commands. A server that refuses to list an empty mailbox has listed it.
func (a asked) answers(ctx context.Context) (imap.Selected, uint32, error) {
	sel, err := a.sel.Wait(ctx)
	ferr := a.fetch.Wait(ctx)
	switch {
	case err != nil:
		return sel, 0, err
	case ferr != nil && sel.Exists == 0 && !fault.Lost(ferr) && !fault.Transient(ferr):
		return sel, 0, nil
	}
	return sel, a.fetch.Exists(), ferr
}

// lacking names what is to be asked for once more.
func (l *Listing) lacking(exists uint32) imap.UIDSet {
	l.mu.Lock()
	defer l.mu.Unlock()
	uids := l.rows.half()
	set := imap.UIDs(uids...)
	if int64(exists) > int64(l.rows.count) {
		set = append(set, imap.UIDRange{First: l.rows.highest + 1})
	}
	return set
}

// Opened waits for the answer to SELECT.
func (l *Listing) Opened(ctx context.Context) (imap.Selected, error) { return l.first.sel.Wait(ctx) }

// Next returns further rows, at least one; none when the listing has ended. The last row seen is
// held back while more may come, because its response may have a second part.
func (l *Listing) Next() []plan.Row {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Rows that lack something are no reason to return: none would say that the listing has ended.
	for !l.ended && l.rows.ready <= chunkRows {
		l.more.Wait()
	}
	return l.rows.hand(l.ended)
}

// Done is closed when the listing has ended, with or without success.
func (l *Listing) Done() <-chan struct{} { return l.done }

// Result is what a listing that has ended told.
type Result struct {
	Selected imap.Selected
	Exists   uint32 // messages of the mailbox at the end
	Messages int    // distinct messages listed
	Bytes    int64  // sum of RFC822.SIZE
	Biggest  int64
	Proof    plan.Complete
	Whole    bool // Proof proves: as many messages came as the mailbox has
}

// Wait waits for the end. An error means that the folder could not be opened or read.
func (l *Listing) Wait() (Result, error) {
	<-l.done
	return Result{Selected: l.sel, Exists: l.exists, Messages: l.rows.count, Bytes: l.rows.bytes, Biggest: l.rows.biggest,
		Proof: l.proof, Whole: l.whole}, l.err
}
