package transfer

import (
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// item is one message on its way.
type item struct {
	folder *Folder
	batch  *batch
	copy   plan.Copy
	text   text  // its text for host2; nil for a relayed one
	size   int64 // octets sent, or to be sent
	got    bool  // text was received whole
	// changed tells that line ends were completed.
	changed  bool
	relay    bool    // too big to hold
	variant  variant // how it is offered to host2
	conceded int     // concessions already offered
	tries    int
	resends  int   // times sent again after an unknown outcome
	spool    bool  // a relayed one is to be offered from a file with completed line ends
	refusal  error // why
	starved  error // why host1 did not deliver it to the end, when relayed last
	// header is the start of a relayed message, to recognise it on host2, and loneLF counts the line
	// ends that host2 may have completed.
	header []byte
	loneLF int64

	rewritten bool      // changed, or found not to be copied, by the content options
	stored    *storage  // its text for host2, when that is changed and too big to hold
	dated     bool      // date is in force
	date      time.Time // from its own header

	reason plan.Reason // why it is left behind
	why    string      // further words about reason
	lines  []string    // the reference's own lines about it
	err    *fault.Error
}

// batch is what one FETCH asks for and one APPEND stores.
type batch struct {
	items   []*item
	relay   bool
	charged int64         // octets of the lane's budget
	ready   chan struct{} // closed when every item has its text or its reason
	arena   *arena
	open    int // items not ended; only the appender uses it
}

func newBatch(f *Folder, copies []plan.Copy) *batch {
	b := &batch{items: make([]*item, len(copies)), ready: make(chan struct{}), open: len(copies)}
	for i, c := range copies {
		b.items[i] = &item{folder: f, batch: b, copy: c, size: max(c.Row.Size, 0)}
	}
	b.relay = len(copies) == 1 && b.items[0].size > relayOver
	b.items[0].relay = b.relay
	return b
}

// unknownSize is what a message without a believable size is taken for.
const unknownSize = 1 << 10

// cost is what the batch takes from the budget before its FETCH is sent: its sizes as announced, in whole chunks.
func (b *batch) cost() int64 {
	if b.relay {
		return relayWindow
	}
	var n int64
	for _, it := range b.items {
		n += max(it.size, unknownSize)
	}
	return (n + chunkSize - 1) / chunkSize * chunkSize
}

// missing lists the items that have neither text nor reason.
func (b *batch) missing() []*item {
	var out []*item
	for _, it := range b.items {
		if !it.got && it.reason == plan.ReasonNone {
			out = append(out, it)
		}
	}
	return out
}

func uidsOf(items []*item) imap.UIDSet {
	var s imap.UIDSet
	for _, it := range items {
		s.Add(it.copy.Row.UID)
	}
	return s
}
