package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// setFlags makes the flags of messages on host2 equal to what is wanted, with one STORE for all
// messages that get the same flags: an exact replacement.
func (w *work) setFlags() {
	var todo []store
	for _, id := range slices.Sorted(maps.Keys(w.changes)) {
		todo = append(todo, storesOf(w.changes[id], w.flagStore(w.sets.Flags(id)))...)
	}
	w.storeAll(todo)
}

func (w *work) flagStore(flags []imap.Flag) store {
	return store{
		send: func(c *client.Conn, set imap.UIDSet) *client.Cmd { return c.UIDStore(set, client.Set, flags) },
		done: func(uids []imap.UID, dry bool) event.Event {
			return event.FlagsChanged{Folder: w.pair.Dst, UIDs: uids, Flags: flags, Dry: dry}
		},
		failed: func(set imap.UIDSet, err error) *fault.Error {
			return &fault.Error{Kind: fault.Flags, Side: account.Host2, Folder: w.pair.Dst, UID: set[0].First, Err: err,
				Text: fmt.Sprintf("Host2: flags msg %s/%s could not add flags [%s]: %v", w.pair.Dst, set, flagWords(flags), err)}
		},
	}
}

// explainFlags tells what the rules made of flags (--debugflags), and which expressions failed.
func (w *work) explainFlags(step plan.Step) {
	for _, err := range step.FlagErrors {
		w.sink.Emit(event.Note{Level: event.Warning, Side: account.Host1,
			Text: fmt.Sprintf("Host1: folder %s: flags are not rewritten: %v", w.pair.Src, err)})
	}
	for _, c := range step.Compared {
		w.sink.Emit(event.FlagsCompared{Src: w.pair.Src, SrcUID: c.Src, Dst: w.pair.Dst, DstUID: c.Dst, Flags1: w.sets.Flags(c.Flags1),
			Wanted: w.sets.Flags(c.Want), Flags2: w.sets.Flags(c.Flags2), Differ: c.Differ, Dry: w.set.dry})
	}
	if !w.rules.Explain {
		return
	}
	for _, c := range step.Copies {
		w.sink.Emit(event.FlagsCompared{Src: w.pair.Src, SrcUID: c.Row.UID, Dst: w.pair.Dst, Date: c.Row.Date(), Size: c.Row.Size,
			Flags1: w.sets.Flags(c.Row.Flags), Wanted: w.sets.Flags(c.Flags)})
	}
}

// explainPermanent shows what host2 said about the flags it keeps.
func (w *work) explainPermanent() {
	if permanent := w.plan.Permanent(); w.rules.Explain && permanent != nil {
		w.sink.Emit(event.Note{Side: account.Host2,
			Text: fmt.Sprintf("permanentflags: * OK [PERMANENTFLAGS (%s)] Flags permitted.", flagWords(permanent))})
	}
}

func flagWords(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, " ")
}
