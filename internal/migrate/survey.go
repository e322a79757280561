package migrate

import (
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// survey is what STATUS tells of all folders of a side at the beginning of a run: those of which it says
// what it said before are not opened. It is asked while other work goes on.
type survey struct {
	done   chan struct{}
	status map[imap.MailboxName]imap.Status
	same   map[string]int // folders by words
	err    error
}

// wait waits for the answers. A nil survey has none.
func (s *survey) wait() (map[imap.MailboxName]imap.Status, error) {
	if s == nil {
		return nil, nil
	}
	<-s.done
	return s.status, s.err
}

// alone tells whether no other folder has the same numbers: two names of one folder have, and then one
// changes with the other while the run goes on.
func (s *survey) alone(name imap.MailboxName) bool {
	all, err := s.wait()
	return err == nil && s.same[words(all[name])] == 1
}

// of is the answer about a folder; its Messages are nil without one.
func (s *survey) of(name imap.MailboxName) imap.Status {
	all, err := s.wait()
	if err != nil {
		return imap.Status{}
	}
	return all[name]
}

// startSurveys asks the sides of which something is remembered. host1 is asked how many messages it has at
// every run anyway.
func (r *run) startSurveys() {
	for i, side := range account.Sides {
		any, err := r.past.HasListings(r.soft, side)
		asked := side == account.Host1 && r.set.sizesBefore && !r.cfg.Selections.Host1.Selects()
		if err != nil || !any && !asked || !r.remembers(side) {
			continue
		}
		e := r.endpoint(side)
		items := []client.StatusItem{client.StatusUIDNext, client.StatusUIDValidity}
		if e.Caps().Has(imap.CapCondStore) {
			items = append(items, client.StatusHighestModSeq)
		}
		var names []imap.MailboxName
		for _, p := range r.plan.Pairs {
			if side == account.Host1 {
				names = append(names, p.Src)
			} else if p.DstExists {
				names = append(names, p.Dst)
			}
		}
		s := &survey{done: make(chan struct{})}
		r.surveys[i] = s
		go func() {
			defer close(s.done)
			s.status, s.err = r.status(e, names, items...)
			s.same = map[string]int{}
			for _, st := range s.status {
				s.same[words(st)]++
			}
		}()
	}
}

func (r *run) endpoint(side account.Side) *endpoint.Endpoint {
	if side == account.Host1 {
		return r.cfg.Host1
	}
	return r.cfg.Host2
}

// words are what STATUS told, "" if something is missing.
func words(st imap.Status) string {
	if st.Messages == nil || st.UIDNext == 0 || st.UIDValidity == 0 || st.HighestModSeq == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d/%d/%d", st.UIDValidity, st.UIDNext, *st.Messages, st.HighestModSeq)
}

// wordsOf are what STATUS should have told of a folder that was found like this.
func wordsOf(m plan.Mark, messages int) string {
	n := uint32(messages)
	return words(imap.Status{Messages: &n, UIDNext: m.Next, UIDValidity: m.Validity, HighestModSeq: m.ModSeq})
}
