package migrate

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/folder"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/message"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/scan"
	"imapsync/internal/state"
	"imapsync/internal/transfer"
)

// Config is everything a run needs. All options in it have been checked.
type Config struct {
	Host1, Host2 *endpoint.Endpoint
	Options      Options
	Folders      *folder.Rules
	Messages     plan.Options
	Transfer     transfer.Options
	Rate         *transfer.Rate // shared by all connections; nil for no limit
	Identity     *message.Identifier
	Rewriter     *message.Rewriter // nil: messages are copied as they are
	Command      transfer.Command  // runs what --pipemess and --maxlinelengthcmd name
	TempDir      string            // for texts too big to hold, "" for the system's
	Delete       prune.Policy
	State        state.Rules
	Selections   scan.Selections
	// ExplainFlags asks for an event about the flags of each message (--debugflags).
	ExplainFlags bool
	// ExplainLabels asks for the same about Gmail labels (--debuglabels).
	ExplainLabels bool
	Mail          Mail
	// Missing tells that a host or a user was not given: the run then only connects.
	Missing bool
	// Budget bounds the octets of message text in memory; 0 means DefaultBudget.
	Budget int64
	// Settle is the pause between two looks at a folder that may still be storing (rule E1), and
	// before a busy server is asked again; 0 means half a second.
	Settle time.Duration
}

// DefaultBudget is the memory for message texts in octets.
const DefaultBudget = 16 << 20

const defaultSettle = 500 * time.Millisecond

// grace is how long appends in flight may take to be confirmed after the run was asked to end.
const grace = 10 * time.Second

// End says how a run ended.
type End uint8

// Ends of a run.
const (
	Finished    End = iota // all phases done, perhaps with errors
	Connected              // --justconnect, or a host or user missing
	LoggedIn               // --justlogin
	Listed                 // --justfolderlists or --justautomap
	Sized                  // --justfoldersizes
	NotSignedIn            // a side could not be connected or signed in
	Failed                 // the folders could not be listed or mapped
	TooMany                // --errorsmax reached
	Interrupted            // the context was cancelled
)

// Result is what a run came to. Errors are in the order they happened.
type Result struct {
	End    End
	Errors []*fault.Error
}

// Run carries out one run. Cancelling ctx asks for an orderly end: messages being appended are
// confirmed or left unknown, totals can be printed, and a rerun finishes the job. Errors are
// counted in the result, not returned. Endpoints are closed at the end.
func Run(ctx context.Context, cfg Config, sink event.Sink) Result {
	r := newRun(ctx, cfg, sink)
	defer r.close()
	end := r.phases()
	return Result{End: r.verdict(end), Errors: r.errors.list()}
}

// run is the state of one run.
type run struct {
	cfg    Config
	set    settings
	sink   event.Sink
	errors *errorBudget
	// soft ends when the run is asked to end; hard a little later, for what must not be cut short.
	soft, hard context.Context
	cancel     context.CancelCauseFunc
	release    []func()

	plan      *folder.Plan
	maxSize   getopt.Int // of a message that host2 gets
	rules     plan.Rules
	sets      *plan.FlagSets
	labels    *plan.LabelSets // nil: labels are not synced
	copier    *transfer.Copier
	lister1   *lister
	lister2   *lister
	sizes     *sizes
	past      *state.Store // nil: nothing is remembered
	beliefs   beliefs
	surveys   [2]*survey // nil: a side is not asked
	deletions deletions
	clean     nameSet         // folders of host1 synced without an error
	mergedAt  map[int]*merged // by pair, where several share a destination
	turns     turns           // nil when folders do not wait for each other
	creator   *creator
	messages  map[imap.MailboxName]uint32 // of host1's wanted folders at the start; nil: not known
	acls      bool                        // --syncacls, and both servers can
}

func newRun(ctx context.Context, cfg Config, sink event.Sink) *run {
	cfg.Budget = cmp.Or(cfg.Budget, DefaultBudget)
	cfg.Settle = cmp.Or(cfg.Settle, defaultSettle)
	r := &run{cfg: cfg, set: cfg.Options.settle(), sets: &plan.FlagSets{},
		lister1: &lister{e: cfg.Host1}, lister2: &lister{e: cfg.Host2}}
	r.soft, r.cancel = context.WithCancelCause(ctx)
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	r.hard = hard
	go func() {
		<-r.soft.Done()
		select {
		case <-time.After(grace):
			cut()
		case <-hard.Done(): // the run is over
		}
	}()
	r.release = []func(){cut, func() { r.cancel(nil) }}
	r.errors = newErrorBudget(r.set.errorsMax, func() { r.cancel(errTooMany) })
	r.sink = event.Tee(r.errors, sink)
	return r
}

func (r *run) close() {
	for _, f := range r.release {
		f()
	}
}

// phases is the order of a run. Each step returns how the run ended, or goes on.
func (r *run) phases() End {
	r.both(func(e *endpoint.Endpoint) error { e.Prepare(r.soft); return nil })
	if r.set.mode == JustConnect || r.cfg.Missing {
		return r.justConnect()
	}
	defer r.disconnect()
	if !r.signIn() {
		return NotSignedIn
	}
	r.limitSize()
	if r.set.mode == JustLogin {
		return LoggedIn
	}
	if !r.folders() {
		return Failed
	}
	if r.cfg.Folders.JustLists || r.cfg.Folders.JustAutomap {
		return Listed
	}
	if r.cfg.Folders.SkipEmpty {
		r.sink.Emit(event.Note{Side: account.Host1, Text: "Host1: will not syncing empty folders on host1. Use --noskipemptyfolders to create them anyway on host2"})
	}
	rules, bad := r.cfg.Messages.Rules(r.cfg.Identity.Exact())
	if len(bad) > 0 {
		r.failAs(fault.Usage, account.NoSide, errors.Join(bad...))
		return Failed
	}
	r.rules = rules
	r.rules.MaxSize = r.maxSize
	r.rules.OwnMarks = r.cfg.Delete.Source
	r.rules.Sized = r.cfg.Identity.Sized()
	r.rules.ByUID(r.cfg.State.ByUID, r.cfg.State.CopyAll())
	r.rules.Explain, r.rules.ExplainLabels = r.cfg.ExplainFlags, r.cfg.ExplainLabels
	r.settleLabels()
	r.warnGmail()
	r.rules.Headless = r.cfg.Identity.Fallback(nil, -1)
	r.sizes = newSizes(r)
	if r.set.mode == JustFolderSizes {
		if r.set.sizesBefore {
			r.sizes.list(event.Before)
		}
		return Sized
	}
	if !r.hold() {
		return Failed
	}
	r.recall()
	r.tellGmail()
	r.loop()
	r.deleteFolders2()
	r.deleteEmptyFolders1()
	r.forget()
	if r.set.sizesAfter && r.soft.Err() == nil {
		r.sizes.after()
	}
	r.sendReports()
	return Finished
}

// justConnect tries both sides and ends.
func (r *run) justConnect() End {
	for _, e := range []*endpoint.Endpoint{r.cfg.Host1, r.cfg.Host2} {
		if err := e.JustConnect(r.soft); err != nil {
			r.fail(err)
		}
	}
	return Connected
}

// signIn signs in on both sides, on host2 even when host1 fails, so that one run shows both problems.
func (r *run) signIn() bool {
	return r.both(func(e *endpoint.Endpoint) error { return e.Login(r.soft) }) &&
		r.both(func(e *endpoint.Endpoint) error { return e.AfterLogin(r.soft) })
}

// both does the same on both sides at the same time, and tells of host2 after host1, as if it had come
// after it. Errors are told at the end; false: there was one.
func (r *run) both(do func(*endpoint.Endpoint) error) bool {
	release := r.cfg.Host2.Hold()
	var err1, err2 error
	var wg sync.WaitGroup
	wg.Go(func() { err2 = do(r.cfg.Host2) })
	err1 = do(r.cfg.Host1)
	wg.Wait()
	release()
	for _, err := range []error{err1, err2} {
		if err != nil {
			r.fail(err)
		}
	}
	return err1 == nil && err2 == nil
}

func (r *run) disconnect() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.soft), grace)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { r.cfg.Host1.Close(ctx) })
	wg.Go(func() { r.cfg.Host2.Close(ctx) })
	wg.Wait()
}

// verdict corrects the end when the run was cut short.
func (r *run) verdict(end End) End {
	switch {
	case errors.Is(context.Cause(r.soft), errTooMany):
		return TooMany
	case r.soft.Err() != nil:
		return Interrupted
	}
	return end
}
