package migrate

import (
	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
)

// goneSizes is what the run has removed, by side and folder.
type goneSizes [2]map[imap.MailboxName]event.Sizes

func (g *goneSizes) of(side account.Side) *map[imap.MailboxName]event.Sizes {
	if side == account.Host2 {
		return &g[1]
	}
	return &g[0]
}

func (g *goneSizes) add(e event.Deleted) {
	sums := g.of(e.Side)
	if *sums == nil {
		*sums = map[imap.MailboxName]event.Sizes{}
	}
	(*sums)[e.Folder] = plus((*sums)[e.Folder], event.Sizes{Messages: int64(e.Messages), Bytes: e.Bytes})
}

// from takes what is gone off the sizes of a folder. The biggest message left is not known then.
func (g *goneSizes) from(side account.Side, name imap.MailboxName, size event.Sizes) event.Sizes {
	gone, ok := (*g.of(side))[name]
	if !ok {
		return size
	}
	return event.Sizes{Messages: max(0, size.Messages-gone.Messages), Bytes: max(0, size.Bytes-gone.Bytes)}
}

// leftOnHost1 gives the sizes of host1's folders at the end, by pair, when the run has removed anything
// there. It asks once more, because an expunge by name removes what nobody has counted.
func (s *sizes) leftOnHost1() map[int]event.Sizes {
	if !s.r.cfg.Delete.Writes1() || s.r.set.dry {
		return nil
	}
	var status map[imap.MailboxName]imap.Status
	if !s.r.cfg.Selections.Host1.Selects() {
		names := make([]imap.MailboxName, len(s.pairs))
		for i, p := range s.r.plan.Pairs {
			names[i] = p.Src
		}
		status, _ = s.r.status(s.r.cfg.Host1, names)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[int]event.Sizes{}
	for i, p := range s.r.plan.Pairs {
		before := s.pairs[i].one
		if before == nil {
			continue
		}
		size := s.gone.from(account.Host1, p.Src, *before)
		if st := status[p.Src]; st.Messages != nil {
			size.Messages = int64(*st.Messages)
			if st.Size != nil {
				size.Bytes = *st.Size
			}
		}
		out[i] = size
	}
	return out
}
