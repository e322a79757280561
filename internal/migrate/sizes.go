package migrate

import (
	"sync"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/scan"
)

// sizes gathers the figures of the size blocks as a by-product of the listings (docs/differences.md
// row 21). It is safe for concurrent use.
type sizes struct {
	r     *run
	start time.Time

	mu     sync.Mutex
	pairs  []pairSizes
	copied map[imap.MailboxName]event.Sizes // by this run, by destination
	dst    map[imap.MailboxName]event.Sizes // before, by destination: folders may be merged
	gone   goneSizes
}

type pairSizes struct{ one, two *event.Sizes }

func newSizes(r *run) *sizes {
	s := &sizes{r: r, start: time.Now(), pairs: make([]pairSizes, len(r.plan.Pairs)),
		copied: map[imap.MailboxName]event.Sizes{}, dst: map[imap.MailboxName]event.Sizes{}}
	r.sink = event.Tee(r.sink, event.Func(s.watch))
	return s
}

// watch adds up what is copied and what is removed.
func (s *sizes) watch(e event.Event) {
	switch e := e.(type) {
	case event.Copied:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.copied[e.Dst] = plus(s.copied[e.Dst], event.Sizes{Messages: 1, Bytes: e.Size, Biggest: e.Size})
	case event.Deleted:
		if e.Expunged {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.gone.add(e)
		}
	}
}

func plus(a, b event.Sizes) event.Sizes {
	return event.Sizes{Messages: a.Messages + b.Messages, Bytes: a.Bytes + b.Bytes, Biggest: max(a.Biggest, b.Biggest)}
}

// side takes the listing of one side of pair i, and tells both when host1's is there, which comes last.
func (s *sizes) side(side account.Side, i int, res scan.Result) {
	both := s.record(side, i, res)
	if side == account.Host1 && s.r.set.sizesBefore {
		s.tell(event.Before, i, both)
	}
}

func (s *sizes) record(side account.Side, i int, res scan.Result) pairSizes {
	size := &event.Sizes{Messages: int64(res.Messages), Bytes: res.Bytes, Biggest: res.Biggest}
	p := s.r.plan.Pairs[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	if side == account.Host1 {
		s.pairs[i].one = size
	} else {
		if _, ok := s.dst[p.Dst]; !ok {
			s.dst[p.Dst] = *size
		}
		first := s.dst[p.Dst]
		s.pairs[i].two = &first
	}
	return s.pairs[i]
}

func (s *sizes) tell(when event.When, i int, both pairSizes) {
	p := s.r.plan.Pairs[i]
	s.r.sink.Emit(event.FolderSizes{When: when, Index: i + 1, Count: len(s.r.plan.Pairs), Src: p.Src, Dst: p.Dst, Host1: both.one, Host2: both.two})
}

// total closes a block.
func (s *sizes) total(when event.When) {
	s.mu.Lock()
	t := event.TotalSizes{When: when, Folders1: len(s.pairs), Complete1: true, Complete2: true, Elapsed: time.Since(s.start)}
	seen := map[imap.MailboxName]bool{}
	for i, p := range s.pairs {
		if p.one != nil {
			t.Host1 = plus(t.Host1, *p.one)
		} else {
			t.Complete1 = false
		}
		dst := s.r.plan.Pairs[i].Dst
		if !seen[dst] && p.two != nil {
			t.Host2 = plus(t.Host2, *p.two)
		}
		seen[dst] = true
	}
	t.Folders2 = len(seen)
	s.mu.Unlock()
	s.r.sink.Emit(t)
}

// after tells the sizes at the end. host2 is asked anew where STATUS gives sizes, and listed anew where
// a selection counts; elsewhere they are those before plus what was copied.
func (s *sizes) after() {
	s.start = time.Now()
	if s.r.set.mode == JustFolders {
		s.list(event.After)
		return
	}
	names := make([]imap.MailboxName, len(s.pairs))
	for i, p := range s.r.plan.Pairs {
		names[i] = p.Dst
	}
	var status map[imap.MailboxName]imap.Status
	var counted map[imap.MailboxName]event.Sizes
	if s.r.cfg.Selections.Host2.Selects() {
		counted = s.countAll(names)
	} else if all, err := s.r.status(s.r.cfg.Host2, names); err == nil {
		status = all
	}
	left := s.leftOnHost1()
	s.mu.Lock()
	for i := range s.pairs {
		if size, ok := left[i]; ok {
			s.pairs[i].one = &size
		}
		dst := names[i]
		size, known := s.dst[dst]
		size = s.gone.from(account.Host2, dst, plus(size, s.copied[dst]))
		if st, ok := status[dst]; ok {
			known = true
			if st.Messages != nil {
				size.Messages = int64(*st.Messages)
			}
			if st.Size != nil {
				size.Bytes = *st.Size
			}
		}
		if selected, ok := counted[dst]; ok {
			known, size = true, selected
		}
		if s.pairs[i].two = nil; known {
			s.pairs[i].two = &size
		}
	}
	pairs := append([]pairSizes(nil), s.pairs...)
	s.mu.Unlock()
	for i, both := range pairs {
		s.tell(event.After, i, both)
	}
	s.total(event.After)
}

// statusAhead bounds the STATUS commands in flight.
const statusAhead = 400

// status asks STATUS about many folders at once. Folders that do not answer are left out.
func (r *run) status(e *endpoint.Endpoint, names []imap.MailboxName, more ...client.StatusItem) (map[imap.MailboxName]imap.Status, error) {
	items := append([]client.StatusItem{client.StatusMessages}, more...)
	if e.Caps().Has(imap.CapStatusSize) {
		items = append(items, client.StatusSize)
	}
	return r.statusOf(e, names, items...)
}

func (r *run) statusOf(e *endpoint.Endpoint, names []imap.MailboxName, items ...client.StatusItem) (map[imap.MailboxName]imap.Status, error) {
	out := map[imap.MailboxName]imap.Status{}
	err := r.with(e, func(c *client.Conn) error {
		for start := 0; start < len(names); start += statusAhead {
			cmds := map[imap.MailboxName]*client.StatusCmd{}
			for _, n := range names[start:min(start+statusAhead, len(names))] {
				if _, ok := out[n]; !ok && cmds[n] == nil {
					cmds[n] = c.Status(n, items...)
				}
			}
			for n, cmd := range cmds {
				st, err := cmd.Wait(r.soft)
				if err == nil {
					out[n] = st
				} else if c.Err() != nil {
					return err
				}
			}
		}
		return nil
	})
	return out, err
}
