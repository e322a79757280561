package migrate

import (
	"fmt"
	"maps"
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// settleLabels gives the label rules what only a run knows. Labels need both servers: without one of
// them the run goes on without labels, because asking a server for what it does not know would cost the
// whole folder.
func (r *run) settleLabels() {
	l := &r.rules.Labels
	l.Subfolder1, l.Subfolder2 = r.cfg.Folders.Subfolder1(), r.cfg.Folders.Subfolder2()
	if !l.On() {
		return
	}
	for _, e := range []*endpoint.Endpoint{r.cfg.Host1, r.cfg.Host2} {
		if !e.Caps().Has(imap.CapGmail) {
			l.Copies, l.There = false, false
			r.sink.Emit(event.Note{Level: event.Warning, Side: e.Side(),
				Text: e.Side().Title() + ": the server has no Gmail labels (X-GM-EXT-1), the sync goes on without --synclabels and --resynclabels"})
		}
	}
	if l.On() {
		r.labels = &plan.LabelSets{}
	}
}

// warnGmail says what deleting means on Gmail, where the run deletes.
func (r *run) warnGmail() {
	for _, side := range []struct {
		e       *endpoint.Endpoint
		deletes bool
	}{{r.cfg.Host1, r.cfg.Delete.Source}, {r.cfg.Host2, r.cfg.Delete.Removes2()}} {
		if side.deletes && side.e.Caps().Has(imap.CapGmail) {
			r.sink.Emit(event.Note{Side: side.e.Side(), Text: side.e.Side().Title() +
				": on Gmail, deleting a message only takes the label of its folder away; it stays in [Gmail]/All Mail until it is deleted there"})
		}
	}
}

// noteLabels notes the labels to set on what was copied, as far as the UIDs on host2 are certain.
func (w *work) noteLabels() {
	for _, c := range w.copies.list {
		if want, any := w.plan.CopiedLabels(c.labels); any && c.dst != 0 {
			w.relabels[want] = append(w.relabels[want], c.dst)
		}
	}
}

// explainLabels tells what the rules made of labels (--debuglabels).
func (w *work) explainLabels(step plan.Step) {
	for _, c := range step.ComparedLabels {
		w.sink.Emit(event.LabelsCompared{Src: w.pair.Src, SrcUID: c.Src, Dst: w.pair.Dst, DstUID: c.Dst,
			Wanted: w.labels.Labels(c.Want), Have: w.labels.Labels(c.Have), Differ: c.Differ})
	}
	if !w.rules.ExplainLabels || !w.rules.Labels.Copies {
		return
	}
	for _, c := range step.Copies {
		want, _ := w.plan.CopiedLabels(c.Row.Labels)
		w.sink.Emit(event.LabelsCompared{Src: w.pair.Src, SrcUID: c.Row.UID, Dst: w.pair.Dst, Wanted: w.labels.Labels(want)})
	}
}

// setLabels sets labels with one STORE for all messages that get the same.
func (w *work) setLabels() {
	var todo []store
	for _, id := range slices.Sorted(maps.Keys(w.relabels)) {
		todo = append(todo, storesOf(w.relabels[id], w.labelStore(w.labels.Labels(id)))...)
	}
	w.storeAll(todo)
}

func (w *work) labelStore(labels []string) store {
	return store{
		send: func(c *client.Conn, set imap.UIDSet) *client.Cmd { return c.UIDStoreLabels(set, labels) },
		done: func(uids []imap.UID, dry bool) event.Event {
			return event.LabelsChanged{Folder: w.pair.Dst, UIDs: uids, Labels: labels, Dry: dry}
		},
		failed: func(set imap.UIDSet, err error) *fault.Error {
			return &fault.Error{Side: account.Host2, Folder: w.pair.Dst, UID: set[0].First, Err: err,
				Text: fmt.Sprintf("Host2: labels msg %s/%s could not set labels [%s]: %v", w.pair.Dst, set, imap.LabelsText(labels), err),
				Hint: "The messages are there. The next run sets their labels with --resynclabels."}
		},
	}
}
