package scan

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
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
	// Selection leaves messages out; nil leaves out none.
	Selection *Selection
	// All lists what the selection leaves out too, marked plan.Row.Unselected: always on host2, and on
	// host1 when the run deletes on host2.
	All bool
	// Past is what the folder held at an earlier listing: only what changed since is asked for. It
	// needs an Identity and no Selection. nil: everything is.
	Past *plan.Past
	// Believe tells that the server's HIGHESTMODSEQ can be relied upon, so that CHANGEDSINCE tells
	// every change of flags.
	Believe bool
	// Settled tells that the folder is known to be as it was: nothing is asked at all.
	Settled bool
}

// Conn is a connection whose mailbox several listings select in turn: each sends its commands
// together, under Turn.
type Conn struct {
	*client.Conn
	Turn *Turn
}

// Turn is held by the listing that sends commands on a shared connection.
type Turn struct {
	sync.Mutex
	open *Listing // the one whose mailbox was selected last
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

// asked are commands sent together; what is nil was not sent.
type asked struct {
	sel    *client.SelectCmd
	search *client.SearchCmd
	fetch  []*client.FetchCmd
}

// Start sends the commands that list the folder name, and returns at once. Other listings may use
// the connection meanwhile. What was sent behind a failed SELECT is discarded (rule E8).
func Start(ctx context.Context, conn Conn, name imap.MailboxName, want Want) *Listing {
	l := &Listing{conn: conn, name: name, want: want, done: make(chan struct{}), rows: newRows(want)}
	l.more = sync.NewCond(&l.mu)
	if want.Past != nil {
		l.rows.recall(want.Past)
		l.first = l.askChanges()
	} else {
		l.first = l.ask(ctx, opening, l.everything())
	}
	go l.finish(ctx)
	return l
}

// everything is what is listed before anything is known of the folder.
func (l *Listing) everything() imap.UIDSet {
	if s := l.want.Selection; !l.want.All && s.selects() && s.set != nil {
		return s.set
	}
	return imap.AllUIDs
}

// how says what is sent before the FETCHes.
type how uint8

const (
	opening   how = iota // SELECT, and SEARCH if there is a selection that searches
	reopening            // SELECT
	going                // SELECT if another listing has opened its folder meanwhile
)

// ask sends commands. What SEARCH is to find first is left out of set.
func (l *Listing) ask(ctx context.Context, h how, set imap.UIDSet) (a asked) {
	l.conn.Turn.Lock()
	defer l.conn.Turn.Unlock()
	if h != going || l.conn.Turn.open != l {
		a.sel = l.conn.Select(l.name, l.want.ReadOnly)
		l.conn.Turn.open = l
	}
	if h == opening && l.want.Selection.searches() {
		a.search = l.conn.UIDSearch(l.want.Selection.criteria())
		if l.onlyFound() {
			return a
		}
	}
	for n, part := range set.Split(imap.SetOctets) {
		if n >= keysAhead {
			_ = a.fetch[n-keysAhead].Wait(ctx) // its error comes out in answers
		}
		a.fetch = append(a.fetch, l.conn.UIDFetch(part, l.items(), client.FetchHandler{Message: l.take}))
	}
	return a
}

func (l *Listing) items() client.FetchItems {
	items := client.FetchItems{Size: true, InternalDate: l.want.Selection.needsArrival()}
	if l.want.Identity != nil {
		items.Flags, items.Header = true, l.want.Identity.ListFields()
		items.InternalDate = items.InternalDate || l.want.Dates
		items.GmailLabels = l.want.Labels != nil
	}
	isDate := func(name string) bool { return strings.EqualFold(name, "Date") || strings.EqualFold(name, "ALL") }
	if l.want.Selection.needsDate() && !slices.ContainsFunc(items.Header, isDate) {
		items.Header = append(items.Header, "Date")
	}
	return items
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
	sel, serr := l.first.sel.Wait(ctx)
	exists, err := l.answers(ctx, l.first, sel) // all of them, though the SELECT has failed
	err = cmp.Or(serr, err)
	if l.want.Past != nil && serr == nil {
		exists, err = l.catchUp(ctx, sel, exists, err)
	}
	for round := 0; err == nil && round < rounds; round++ {
		set := l.lacking(exists)
		if set.Empty() {
			break
		}
		h := reopening
		if l.onlyFound() {
			h = opening // what was found and is not told may be expunged: it is searched for anew
		}
		exists, err = l.answers(ctx, l.ask(ctx, h, set), sel)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows.dropHalf()
	l.sel, l.exists, l.err, l.ended = sel, l.expected(exists), err, true
	if err == nil {
		l.proof, l.whole = plan.Prove(true, l.exists, l.rows.count)
	}
	close(l.done)
	l.more.Broadcast()
}

var errEpoch = errors.New("UIDVALIDITY changed during the listing")

// onlyFound tells that nothing is listed but what SEARCH has found.
func (l *Listing) onlyFound() bool { return l.want.Selection.searches() && !l.want.All }

// expected is how many messages must have come, for the listing to be whole, of a folder of so many:
// what SEARCH has found, or all. A set that the user gave says nothing of the kind.
func (l *Listing) expected(exists uint32) uint32 {
	switch {
	case l.onlyFound():
		return uint32(l.rows.found.Len())
	case !l.want.All && l.want.Selection.selects() && l.want.Selection.set != nil:
		return uint32(l.rows.count)
	}
	return exists
}

// answers waits for commands that were sent in the epoch of first, and sends and awaits the FETCHes
// of what their SEARCH has found. A server that refuses to list an empty mailbox has listed it.
func (l *Listing) answers(ctx context.Context, a asked, first imap.Selected) (exists uint32, err error) {
	empty := false
	if a.sel != nil {
		var sel imap.Selected
		sel, err = a.sel.Wait(ctx)
		empty = err == nil && sel.Exists == 0
		if err == nil && sel.UIDValidity != first.UIDValidity {
			err = errEpoch
		}
	}
	note := func(e error) {
		if err == nil && (!empty || fault.Lost(e) || fault.Transient(e)) {
			err = e
		}
	}
	if a.search != nil {
		uids, serr := a.search.Wait(ctx)
		if serr != nil {
			note(&SearchError{Option: l.want.Selection.option, Criteria: l.want.Selection.criteria(), Err: serr})
		}
		if err == nil {
			l.learn(uids)
		}
	}
	for _, cmd := range a.fetch {
		if ferr := cmd.Wait(ctx); ferr != nil {
			note(ferr)
		}
		exists = cmd.Exists()
	}
	if a.search == nil || err != nil || !l.onlyFound() {
		return exists, err
	}
	set := l.lacking(0)
	if set.Empty() {
		return exists, nil
	}
	return l.answers(ctx, l.ask(ctx, going, set), first)
}

// learn takes what SEARCH has found.
func (l *Listing) learn(uids []imap.UID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows.learn(uids)
	l.more.Broadcast()
}

// lacking names what is to be asked for, of a folder of so many messages.
func (l *Listing) lacking(exists uint32) imap.UIDSet {
	l.mu.Lock()
	defer l.mu.Unlock()
	uids := l.rows.half()
	if l.onlyFound() {
		return imap.UIDs(append(uids, l.rows.unlisted()...)...)
	}
	set := imap.UIDs(uids...)
	if int64(l.expected(exists)) > int64(l.rows.count) {
		set = append(set, imap.UIDRange{First: l.rows.highest + 1})
	}
	return set
}

// Opened waits for the answer to SELECT.
func (l *Listing) Opened(ctx context.Context) (imap.Selected, error) {
	if l.first.sel == nil {
		return l.sel, nil // settled
	}
	return l.first.sel.Wait(ctx)
}

// Next returns further rows, at least one; none when the listing has ended. The last row seen is
// held back while more may come, because its response may have a second part.
func (l *Listing) Next() []plan.Row {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		// Rows that lack something are no reason to return: none would say that the listing has ended.
		for !l.ended && (l.rows.held || !l.rows.searched || l.rows.ready <= chunkRows) {
			l.more.Wait()
		}
		if rows := l.rows.hand(l.ended); len(rows) > 0 || l.ended {
			return rows
		}
	}
}

// Done is closed when the listing has ended, with or without success.
func (l *Listing) Done() <-chan struct{} { return l.done }

// Result is what a listing that has ended told.
type Result struct {
	Selected imap.Selected
	Exists   uint32 // messages to be listed: those of the mailbox at the end, or those found by SEARCH
	Listed   int    // distinct messages listed
	Messages int    // of those, selected
	Bytes    int64  // sum of the RFC822.SIZE of the selected
	Biggest  int64  // of the selected
	Proof    plan.Complete
	Whole    bool // Proof proves: as many messages came as there are
	Changes       // since Want.Past
}

// Wait waits for the end. An error means that the folder could not be opened or read; a [SearchError],
// that the server did not take the search. The figures of the selected are complete when Next has
// told the end.
func (l *Listing) Wait() (Result, error) {
	<-l.done
	l.mu.Lock()
	defer l.mu.Unlock()
	return Result{Selected: l.sel, Exists: l.exists, Listed: l.rows.count, Messages: l.rows.selected, Bytes: l.rows.bytes, Biggest: l.rows.biggest,
		Proof: l.proof, Whole: l.whole, Changes: l.rows.changes(l.sel)}, l.err
}
