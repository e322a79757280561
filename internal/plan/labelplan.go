package plan

import (
	"slices"
	"strings"
	"sync"

	"imapsync/internal/imap"
)

// LabelID names a list of labels in a LabelSets table. Zero means that the server told nothing.
type LabelID uint32

// LabelSets keeps each distinct list of labels once. It is safe for concurrent use.
type LabelSets struct {
	mu   sync.RWMutex
	ids  map[string]LabelID
	sets [][]string
}

// Intern returns the number of the given labels, which it copies. An empty list has a number too.
func (t *LabelSets) Intern(labels []string) LabelID {
	key := strings.Join(labels, "\x00")
	if len(labels) > 0 {
		key += "\x00"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.ids[key]; ok {
		return id
	}
	if t.ids == nil {
		t.ids = make(map[string]LabelID)
	}
	t.sets = append(t.sets, slices.Clone(labels))
	id := LabelID(len(t.sets))
	t.ids[key] = id
	return id
}

// Labels returns the list with number id; the caller must not change it.
func (t *LabelSets) Labels(id LabelID) []string {
	if id == 0 {
		return nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.sets[id-1]
}

// LabelChange asks that the message UID of host2 gets exactly these labels.
type LabelChange struct {
	UID    imap.UID
	Labels LabelID
}

// ComparedLabels are the labels of one message on both sides, host1's after the rules.
type ComparedLabels struct {
	Pair
	Want, Have LabelID
	Differ     bool
}

// labelPlan is what a folder knows of labels. Results are kept for each distinct list.
type labelPlan struct {
	sets   *LabelSets
	inbox  bool
	wanted map[LabelID]LabelID
	same   map[[2]LabelID]bool
}

// UseLabels makes labels follow Rules.Labels. inbox tells that the source is INBOX. Call it before the
// first row.
func (f *Folder) UseLabels(sets *LabelSets, inbox bool) {
	f.labels = labelPlan{sets: sets, inbox: inbox, wanted: map[LabelID]LabelID{}, same: map[[2]LabelID]bool{}}
}

// CopiedLabels gives the labels to set on the copy of a message that has the labels id on host1; false
// when none are to be set.
func (f *Folder) CopiedLabels(id LabelID) (want LabelID, any bool) {
	if f.labels.sets == nil || !f.rules.Labels.Copies || id == 0 {
		return 0, false
	}
	labels := f.rules.Labels.ForCopy(f.labels.sets.Labels(id))
	return f.labels.sets.Intern(sortLabels(labels)), len(labels) > 0
}

// relabel compares the labels of a message that is on both sides. Labels that a server did not tell
// are not taken for none.
func (f *Folder) relabel(src, dst *Row) {
	p := &f.labels
	if p.sets == nil || !f.rules.Labels.There || src.Labels == 0 || dst.Labels == 0 {
		return
	}
	want, ok := p.wanted[src.Labels]
	if !ok {
		want = p.sets.Intern(sortLabels(f.rules.Labels.ForThere(p.sets.Labels(src.Labels), p.inbox)))
		p.wanted[src.Labels] = want
	}
	key := [2]LabelID{want, dst.Labels}
	same, ok := p.same[key]
	if !ok {
		same = f.rules.Labels.Same(p.sets.Labels(want), p.sets.Labels(dst.Labels))
		p.same[key] = same
	}
	if f.rules.ExplainLabels {
		f.out.ComparedLabels = append(f.out.ComparedLabels, ComparedLabels{Pair{src.UID, dst.UID}, want, dst.Labels, !same})
	}
	if !same {
		f.out.LabelChanges = append(f.out.LabelChanges, LabelChange{dst.UID, want})
	}
}
