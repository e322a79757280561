package scan

import (
	"context"
	"sort"
	"sync"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// chunkRows is how many rows are handed on at once.
const chunkRows = 500

// Want says what a listing reads.
type Want struct {
	ReadOnly bool // EXAMINE; host1 is never selected read-write unless this run deletes there (rule E8)
	Dates    bool
	Identity *message.Identifier // nil: sizes only
	Sets     *plan.FlagSets
}

// Listing is one folder being listed. Its methods are safe for concurrent use.
type Listing struct {
	want     Want
	selected *client.SelectCmd
	fetch    *client.FetchCmd
	done     chan struct{}

	mu    sync.Mutex
	more  *sync.Cond
	rows  []plan.Row // not handed on yet, ascending UIDs
	last  imap.UID   // highest UID handed on
	count int        // distinct messages
	bytes int64
	big   int64
	ended bool

	// Valid after done is closed.
	sel   imap.Selected
	err   error
	proof plan.Complete
	whole bool
}

// Start sends the commands that list the folder name on c, together, and returns at once. Nothing
// else may select a mailbox on c until Wait has returned. What was sent behind a failed SELECT is
// discarded (rule E8).
func Start(ctx context.Context, c *client.Conn, name imap.MailboxName, want Want) *Listing {
	l := &Listing{want: want, done: make(chan struct{})}
	l.more = sync.NewCond(&l.mu)
	l.selected = c.Select(name, want.ReadOnly)
	items := client.FetchItems{Size: true}
	if want.Identity != nil {
		items.Flags, items.InternalDate, items.Header = true, want.Dates, want.Identity.ListFields()
	}
	l.fetch = c.UIDFetch(imap.AllUIDs, items, client.FetchHandler{Message: l.take})
	go l.finish(ctx)
	return l
}

// take runs on the connection's reading goroutine and must not wait for anybody. Rows are kept by
// the plan anyway, so a queue of them without bound costs no more.
func (l *Listing) take(m *imap.Message) {
	if m.UID == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	row := l.row(m.UID)
	if row == nil {
		return
	}
	if m.HasFlags {
		row.Flags = l.want.Sets.Intern(m.Flags)
	}
	if m.Size >= 0 {
		l.bytes += m.Size - max(row.Size, 0)
		l.big = max(l.big, m.Size)
		row.Size = m.Size
	}
	if !m.InternalDate.IsZero() {
		row.SetDate(m.InternalDate)
	}
	if m.Header != nil {
		row.Short = l.want.Identity.Short(m.Header)
	}
	if len(l.rows) > chunkRows {
		l.more.Signal()
	}
}

// row finds or makes the row of uid; responses about one message may come in parts, and out of
// order. It is nil for a message already handed on: a change of its flags comes too late.
func (l *Listing) row(uid imap.UID) *plan.Row {
	n := len(l.rows)
	if uid <= l.last {
		return nil
	}
	if n == 0 || l.rows[n-1].UID < uid {
		l.rows = append(l.rows, plan.Row{UID: uid, Size: -1})
		l.count++
		return &l.rows[n]
	}
	i := sort.Search(n, func(i int) bool { return l.rows[i].UID >= uid })
	if l.rows[i].UID != uid {
		l.rows = append(l.rows, plan.Row{})
		copy(l.rows[i+1:], l.rows[i:])
		l.rows[i] = plan.Row{UID: uid, Size: -1}
		l.count++
	}
	return &l.rows[i]
}

func (l *Listing) finish(ctx context.Context) {
	sel, err := l.selected.Wait(ctx)
	if ferr := l.fetch.Wait(ctx); err == nil {
		err = ferr
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sel, l.err, l.ended = sel, err, true
	if err != nil {
		l.rows = nil
	} else {
		l.proof, l.whole = plan.Prove(true, l.fetch.Exists(), l.count)
	}
	close(l.done)
	l.more.Broadcast()
}

// Opened waits for the answer to SELECT.
func (l *Listing) Opened(ctx context.Context) (imap.Selected, error) { return l.selected.Wait(ctx) }

// Next returns further rows, at least one; none when the listing has ended. The last row seen is
// held back while more may come, because its response may have a second part.
func (l *Listing) Next() []plan.Row {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.ended && len(l.rows) <= chunkRows {
		l.more.Wait()
	}
	n := len(l.rows)
	if !l.ended {
		n--
	}
	out := l.rows[:n:n]
	l.rows = append([]plan.Row(nil), l.rows[n:]...)
	if n > 0 {
		l.last = out[n-1].UID
	}
	return out
}

// Done is closed when the listing has ended, with or without success.
func (l *Listing) Done() <-chan struct{} { return l.done }

// Result is what a listing that has ended told.
type Result struct {
	Selected imap.Selected
	Messages int   // distinct messages listed
	Bytes    int64 // sum of RFC822.SIZE
	Biggest  int64
	Proof    plan.Complete
	Whole    bool // Proof proves: as many messages came as the mailbox has
}

// Wait waits for the end. An error means that the folder could not be opened or read.
func (l *Listing) Wait() (Result, error) {
	<-l.done
	return Result{Selected: l.sel, Messages: l.count, Bytes: l.bytes, Biggest: l.big, Proof: l.proof, Whole: l.whole}, l.err
}
