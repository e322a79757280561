package migrate

import (
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/scan"
)

// list tells the sizes of every pair of folders by listing them, for runs that copy nothing.
func (s *sizes) list(when event.When) {
	var wg sync.WaitGroup
	turn := make(chan struct{}, foldersAtOnce)
	for i, p := range s.r.plan.Pairs {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			if s.r.soft.Err() != nil {
				return
			}
			if p.DstExists || when == event.After && !s.r.set.dry {
				s.listSide(account.Host2, s.r.lister2, i, p.Dst)
			}
			s.listSide(account.Host1, s.r.lister1, i, p.Src)
			s.mu.Lock()
			both := s.pairs[i]
			s.mu.Unlock()
			s.tell(when, i, both)
		})
	}
	wg.Wait()
	s.total(when)
}

func (s *sizes) listSide(side account.Side, l *lister, i int, name imap.MailboxName) {
	w := &work{run: s.r}
	var res scan.Result
	err := w.repeat(func() error {
		x := s.r.startListing(l, name, scan.Want{ReadOnly: true, Sets: s.r.sets})
		defer x.wait()
		if _, err := x.open(s.r.soft); err != nil {
			return selectError(side, name, err)
		}
		for len(x.l.Next()) > 0 {
			continue
		}
		var err error
		res, err = x.l.Wait()
		return err
	})
	if err != nil {
		s.r.fail(err)
		return
	}
	s.record(side, i, res)
}
