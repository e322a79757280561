package report

import (
	"maps"
	"sync"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// maxErrorTexts bounds the memory of the error listing; later errors are counted only. They are in
// the log at the place where they happened.
const maxErrorTexts = 10000

// Totals adds up the events of one run. It is safe for concurrent use.
type Totals struct {
	run     Run
	machine machineStart

	mu       sync.Mutex // protects what follows
	messages Messages
	volume   Volume
	reasons  map[plan.Reason]int64
	left     leftovers
	errors   errorList
	folders  coverage
	sizes    [2]*event.TotalSizes // by event.When
	again    [2]int64             // reconnections, by side
}

// errorList is what the listing at the end needs.
type errorList struct {
	count int64
	texts []string
	types map[ErrorType]int64
	first map[ErrorType]classed
}

// classed is a class of errors as the engine names it.
type classed struct {
	kind fault.Kind
	side account.Side
}

// coverage follows the wanted folders.
type coverage struct {
	wanted int
	names  []imap.MailboxName
	seen   map[imap.MailboxName]*FolderResult
	order  []*FolderResult
}

// NewTotals starts the statistics of run; the memory in use now is the "started with" figure.
func NewTotals(run Run) *Totals {
	return &Totals{
		run:     run,
		machine: startMachine(),
		reasons: make(map[plan.Reason]int64),
		left:    make(leftovers),
		errors:  errorList{types: make(map[ErrorType]int64), first: make(map[ErrorType]classed)},
		folders: coverage{seen: make(map[imap.MailboxName]*FolderResult)},
	}
}

// Emit adds e.
func (t *Totals) Emit(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := e.(type) {
	case event.Copied:
		t.messages.Transferred++
		t.volume.Transferred += e.Size
		t.volume.Biggest = max(t.volume.Biggest, e.Size)
		if e.Changed {
			t.messages.LineEndsCompleted++
		}
	case event.Skipped:
		t.skipped(e)
	case event.FolderListed:
		if e.Side == account.Host2 {
			t.messages.Duplicates2 += int64(e.Duplicates)
			t.messages.Void2 += int64(e.Void)
		} else {
			t.messages.Duplicates1 += int64(e.Duplicates)
			t.messages.Void1 += int64(e.Void)
		}
	case event.Failed:
		t.errors.add(e.Err)
	case event.Reconnected:
		if e.Err == nil && e.Side != account.NoSide {
			t.again[e.Side-account.Host1]++
		}
	case event.TotalSizes:
		t.sizes[e.When] = &e
	case event.LoopStarted:
		t.folders.wanted = e.Folders
		t.folders.names = append([]imap.MailboxName(nil), e.Wanted...)
	case event.FolderStarted:
		t.folders.enter(e.Src, e.Dst)
	case event.Deleted:
		if e.Side == account.Host2 {
			t.messages.Deleted2 += int64(e.Messages)
		} else {
			t.messages.Deleted1 += int64(e.Messages)
		}
	case event.FolderDone:
		t.folders.done(e)
	}
}

// skipped counts as the reference does: what host2 refused, and what was never reached, is not
// among the "Messages skipped".
func (t *Totals) skipped(e event.Skipped) {
	t.reasons[e.Reason]++
	t.left.add(e)
	switch e.Reason {
	case plan.DryRun:
		t.messages.CouldTransfer++
		return
	case plan.AppendRefused, plan.NotReached, plan.FolderFailed:
		return
	case plan.CrossDuplicate:
		t.messages.CrossDuplicates++
	case plan.Unidentified:
		t.messages.Unidentified1++
	case plan.DuplicateOnHost1:
		t.messages.Skipped++
		return // the reference leaves the octets of duplicates out
	case plan.ReasonNone, plan.AlreadyThere, plan.KnownPair, plan.TooBig, plan.TooSmall, plan.VanishedOnHost1,
		plan.FetchFailed, plan.TransformationFailed, plan.SkippedByRule:
	}
	t.messages.Skipped++
	t.volume.Skipped += e.Size
}

func (l *errorList) add(err *fault.Error) {
	l.count++
	kind := TypeOf(err.Kind, err.Side)
	if l.types[kind]++; l.types[kind] == 1 {
		l.first[kind] = classed{err.Kind, err.Side}
	}
	if len(l.texts) < maxErrorTexts {
		l.texts = append(l.texts, oneLine(err.Error()))
	}
}

func (c *coverage) enter(src, dst imap.MailboxName) *FolderResult {
	f := c.seen[src]
	if f == nil {
		f = &FolderResult{Src: src, Dst: dst, State: FolderUnfinished}
		c.seen[src] = f
		c.order = append(c.order, f)
	}
	return f
}

func (c *coverage) done(e event.FolderDone) {
	f := c.enter(e.Src, e.Dst)
	f.Identified1, f.Missing2 = int64(e.Identified1), int64(e.Missing2)
	f.Identified2, f.Extra2 = int64(e.Identified2), int64(e.Extra2)
	if e.Complete {
		f.State = FolderComplete
	}
}

// results are the visited folders and then the wanted ones that were not.
func (c *coverage) results() []FolderResult {
	all := make([]FolderResult, 0, max(len(c.order), len(c.names)))
	for _, f := range c.order {
		all = append(all, *f)
	}
	for _, name := range c.names {
		if c.seen[name] == nil {
			all = append(all, FolderResult{Src: name, State: FolderNotVisited})
		}
	}
	return all
}

// Errors counts the errors so far.
func (t *Totals) Errors() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.errors.count
}

// MostFrequent is the class of errors that decides the exit value: the most frequent one, of
// equals the first by the reference's type name. ok is false when there was no error.
func (t *Totals) MostFrequent() (kind fault.Kind, side account.Side, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, ok := t.errors.first[MostFrequent(t.errors.types)]
	return c.kind, c.side, ok
}

// ErrorListing is the list of errors that ends a run with errors, in lines; a run without errors
// prints none. Without --errorsdump it is only the line about the most frequent type.
func (t *Totals) ErrorListing() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b []byte
	if t.run.ErrorsDump {
		b = line(b, "++++ Listing %d errors encountered during the sync ( avoid this listing with --noerrorsdump ).", t.errors.count)
		for i, text := range t.errors.texts {
			b = line(b, "Err %d/%d: %s", i+1, len(t.errors.texts), text)
		}
	}
	most := MostFrequent(t.errors.types)
	return string(line(b, "The most frequent error is %s. %s", most, t.run.Comment(most)))
}

// ErrorsMaxBlock is what is printed when the limit of errors ends the run: the sentence, the
// listing, and with --errorsdump the sentence again.
func (t *Totals) ErrorsMaxBlock() string {
	sentence := ErrorsMaxLine(t.run.ErrorsMax) + "\n"
	block := sentence + t.ErrorListing()
	if t.run.ErrorsDump {
		block += sentence
	}
	return block
}

// Finish gives the statistics as of end. It may be called again later.
func (t *Totals) Finish(end time.Time) Statistics {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Statistics{
		Run:           t.run,
		End:           end,
		Messages:      t.messages,
		Volume:        t.volume,
		Wanted:        t.folders.wanted,
		Folders:       t.folders.results(),
		Left:          leftBehind(t.reasons),
		Errors:        t.errors.count,
		ErrorTypes:    maps.Clone(t.errors.types),
		Reconnections: t.again,
		Machine:       t.machine.usage(),
	}
	s.StartDifference = difference(t.sizes[event.Before])
	s.FinalDifference = difference(t.sizes[event.After])
	for _, f := range s.Folders {
		s.Identity.add(f)
	}
	return s
}

func difference(e *event.TotalSizes) *Difference {
	if e == nil || !e.Complete1 || !e.Complete2 {
		return nil
	}
	return &Difference{Messages: e.Host2.Messages - e.Host1.Messages, Bytes: e.Host2.Bytes - e.Host1.Bytes}
}
