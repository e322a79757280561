package migrate

import (
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
)

// list tells the sizes of every pair of folders by listing them, for runs that copy nothing.
func (s *sizes) list(when event.When) {
	var wg sync.WaitGroup
	turn := make(chan struct{}, bigAtOnce)
	for i, p := range s.r.plan.Pairs {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			if s.r.soft.Err() != nil {
				return
			}
			if p.DstExists || when == event.After && !s.r.set.dry {
				s.listSide(account.Host2, i, p.Dst)
			}
			s.listSide(account.Host1, i, p.Src)
			s.mu.Lock()
			both := s.pairs[i]
			s.mu.Unlock()
			s.tell(when, i, both)
		})
	}
	wg.Wait()
	s.total(when)
}

// rest sizes the folders that a run which has ended early did not come to.
func (s *sizes) rest() {
	if !s.r.set.sizesBefore && !s.r.set.sizesAfter {
		return
	}
	for i, p := range s.r.plan.Pairs {
		s.mu.Lock()
		both := s.pairs[i]
		s.mu.Unlock()
		if both.one != nil || s.r.soft.Err() != nil {
			continue
		}
		if p.DstExists {
			s.listSide(account.Host2, i, p.Dst)
		}
		s.listSide(account.Host1, i, p.Src)
		if s.r.set.sizesBefore {
			s.mu.Lock()
			both = s.pairs[i]
			s.mu.Unlock()
			s.tell(event.Before, i, both)
		}
	}
}

func (s *sizes) listSide(side account.Side, i int, name imap.MailboxName) {
	res, err := s.r.count(side, name)
	if err != nil {
		s.r.fail(err)
		return
	}
	s.record(side, i, res)
}

// countAll counts what the selection of host2 holds of each folder that this run has met there.
func (s *sizes) countAll(names []imap.MailboxName) map[imap.MailboxName]event.Sizes {
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := map[imap.MailboxName]event.Sizes{}
	turn := make(chan struct{}, bigAtOnce)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		s.mu.Lock()
		_, listed := s.dst[name]
		_, filled := s.copied[name]
		s.mu.Unlock()
		if !listed && !filled {
			continue
		}
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			res, err := s.r.count(account.Host2, name)
			if err != nil {
				return // what was copied is added to what was there
			}
			mu.Lock()
			defer mu.Unlock()
			out[name] = event.Sizes{Messages: int64(res.Messages), Bytes: res.Bytes, Biggest: res.Biggest}
		})
	}
	wg.Wait()
	return out
}
