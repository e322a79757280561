package migrate

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
	"imapsync/internal/state"
)

// accounts names the mailboxes for what is kept between runs.
func (r *run) accounts() state.Accounts {
	name := func(e *endpoint.Endpoint) state.Mailbox {
		return state.Mailbox{Host: e.Host(), Port: e.Port(), User: e.User()}
	}
	return state.Accounts{Host1: name(r.cfg.Host1), Host2: name(r.cfg.Host2)}
}

// hold takes the destination folders for this run (rule E12). false ends the run: another one is
// filling one of them, and both would copy what neither finds there.
func (r *run) hold() bool {
	if !r.cfg.State.Lock || r.set.dry || r.set.mode != Full {
		return true
	}
	folders := make([]imap.MailboxName, len(r.plan.Pairs))
	for i, p := range r.plan.Pairs {
		folders[i] = p.Dst
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	lease, held, err := r.cfg.State.Hold(r.accounts(), folders)
	switch {
	case held != nil:
		r.fail(&fault.Error{Kind: fault.PIDFile, Side: account.Host2, Folder: held.Folder, Err: held,
			Text: "Host2: " + held.Error() + ". Both runs would copy the same messages, so this one ends.",
			Hint: "Wait for its end, or sync other folders with --folder."})
		return false
	case err != nil:
		r.warn("the folders of host2 cannot be held for this run alone: %v", err)
	}
	r.release = append(r.release, lease.Release)
	return true
}

// recall opens what earlier runs have remembered. Without it the run goes on, and recognises
// messages by their headers.
func (r *run) recall() {
	if !r.cfg.State.Use && !r.cfg.State.Listings || r.set.mode != Full {
		return
	}
	mode := state.ReadWrite
	if r.set.dry {
		mode = state.ReadOnly
	}
	store, aside, err := r.cfg.State.Open(r.soft, r.accounts(), mode)
	if aside != "" {
		r.warn("what earlier runs remembered is damaged and was renamed to %s; messages are recognised anew", aside)
	}
	if err != nil {
		r.warn("what earlier runs remembered cannot be used: %v; messages are recognised by their headers", err)
		return
	}
	r.past = store
	r.recallBeliefs()
	r.startSurveys()
}

// forget closes the memory at the end of the folder loop.
func (r *run) forget() {
	r.keepBeliefs()
	if err := r.past.Close(); err != nil {
		r.warn("not everything could be remembered for the next run: %v", err)
	}
	r.past = nil
}

func (r *run) warn(format string, args ...any) {
	r.sink.Emit(event.Note{Level: event.Warning, Text: "Warning: " + fmt.Sprintf(format, args...)})
}

// memory is what is remembered of one pair of folders.
type memory struct {
	folder *state.Folder
	after  bool // copies are remembered as soon as they are confirmed

	mu     sync.Mutex
	names  bool       // whether copied is kept
	copied []imap.UID // of host1, confirmed by host2
}

// confirmed takes a message that host2 has confirmed. It is called by appenders.
func (m *memory) confirmed(c plan.Copy, uid imap.UID) {
	if m.after && uid != 0 {
		m.folder.Add(plan.Known{Pair: plan.Pair{Src: c.Row.UID, Dst: uid}, Short: c.Row.Short, Size: c.Row.Size})
	}
	if !m.names {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.copied = append(m.copied, c.Row.UID)
}

// recall tells the plan what is known of these folders, before host1's messages come.
func (w *work) recall() {
	w.memory.names = w.rules.Elsewhere != nil
	if !w.cfg.State.Use {
		return
	}
	hints := w.oldCache()
	w.plan.AddPairs(hints)
	f, err := w.past.Folder(w.soft, state.Route{Src: w.pair.Src, Dst: w.pair.Dst, SrcValidity: w.src.UIDValidity, DstValidity: w.dst.UIDValidity},
		w.cfg.Identity.Digest())
	if err != nil {
		w.forgotten(err)
		return
	}
	w.memory.folder, w.memory.after = f, w.cfg.State.AfterCopy && !w.set.dry
	if path := w.past.Path(); path != "" {
		dir := filepath.Dir(path)
		w.sink.Emit(event.Note{Text: fmt.Sprintf("Local cache directory: %s ( %d characters long )", dir, len(dir))})
	}
	if w.result2.Listed == 0 {
		return // pairs count only while their messages are on host2
	}
	pairs, err := f.Pairs(w.soft, w.cfg.State.ByUID)
	if err != nil {
		w.forgotten(err)
		return
	}
	w.plan.AddPairs(pairs)
	w.debugCache("%s -> %s: %d pairs are remembered, %d in the cache folder of 2.229", w.pair.Src, w.pair.Dst, len(pairs), len(hints))
}

func (w *work) forgotten(err error) {
	if w.soft.Err() == nil {
		w.warn("what earlier runs remembered of %s cannot be used: %v", w.pair.Src, err)
	}
}

// oldCache reads the cache folder that 2.229 may have left.
func (w *work) oldCache() []plan.Known {
	if w.cfg.State.OldCache == "" {
		return nil
	}
	layout := w.run.plan
	dir := state.OldCache(w.cfg.State.OldCache, w.cfg.Host1.Host(), w.cfg.Host1.User(), w.cfg.Host2.Host(), w.cfg.Host2.User(),
		w.pair.Src, w.pair.Dst, layout.Src.Sep, layout.Dst.Sep)
	pairs, err := state.ReadOldCache(dir)
	if err != nil {
		w.warn("the cache folder %s cannot be read: %v", dir, err)
	}
	return pairs
}

// remember keeps what was found to be there already.
func (w *work) remember(pairs []plan.Known) {
	if w.set.dry || w.memory.folder == nil {
		return
	}
	for _, p := range pairs {
		if !p.Remembered {
			w.debugCache("%s/%d is %s/%d", w.pair.Src, p.Src, w.pair.Dst, p.Dst)
			w.memory.folder.Add(p)
		}
	}
}

// settle ends the memory of a folder: sure tells that every message of host1 is accounted for.
func (w *work) settle(sure bool) {
	if !w.cfg.State.Use {
		return
	}
	w.sink.Emit(event.Note{Text: fmt.Sprintf("CACHE h1 h2: %d files", w.plan.Counts().Known1)})
	if sure && !w.set.dry {
		w.memory.folder.Settle()
	}
}

// unsettled tells that messages of host2 without a known pair may be copies all the same, because
// with --useuid nothing else says what they are and no earlier run has finished this folder.
func (w *work) unsettled() bool {
	return w.cfg.State.ByUID && !w.memory.folder.Settled()
}

// remedy tells how to have the messages deleted all the same.
func (w *work) remedy() string {
	if w.past == nil || !w.cfg.State.Use || w.set.dry {
		return ""
	}
	return "; run again"
}

func (w *work) debugCache(format string, args ...any) {
	level := event.Debug
	if w.cfg.State.Debug {
		level = event.Info
	}
	w.sink.Emit(event.Note{Level: level, Text: "cache: " + fmt.Sprintf(format, args...)})
}
