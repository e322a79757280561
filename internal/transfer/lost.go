package transfer

import (
	"context"
	"fmt"

	"imapsync/internal/fault"
	"imapsync/internal/plan"
)

// lost deals with a dead connection to host2. Every command in flight has its answer by now. Those
// never handed over whole were not stored and are offered again; the outcome of the others is unknown
// and is looked up (rule E1).
func (a *appender) lost(ctx context.Context, first *sent, cause error) {
	commands := append([]*sent{first}, a.inFlight...)
	a.inFlight = nil
	var unknown, again []*item
	for _, s := range commands {
		result, err := s.cmd.Wait(ctx)
		switch {
		case err == nil:
			a.confirm(s, result)
		case !fault.Lost(err):
			a.refused(ctx, s.items, err)
		case s.cmd.Handed():
			unknown = append(unknown, s.items...)
		default:
			again = append(again, s.items...)
		}
	}
	for _, items := range byFolder(unknown) {
		items[0].folder.tally.lose(items)
	}
	for _, s := range commands {
		s.leave() // now that who looks at a folder knows what may be there
	}
	if ctx.Err() != nil {
		a.abandon(append(unknown, again...))
		return
	}
	if _, err := a.held.replace(ctx); err != nil {
		a.refuse(again, err)
		a.unresolved(unknown, err)
		return
	}
	a.retry(append(a.resolve(ctx, unknown), again...), cause)
}

// retry puts items in front of what is to be offered, one command each: a message that makes host2
// drop the connection every time is left behind after some tries and takes no others with it.
func (a *appender) retry(items []*item, cause error) {
	var groups [][]*item
	for _, it := range items {
		it.tries++
		switch {
		case it.tries <= a.c.cfg.Retries:
			groups = append(groups, []*item{it})
		case it.starved != nil:
			setFetchFailed([]*item{it}, it.starved)
			a.end(it)
		default:
			a.refuse([]*item{it}, cause)
		}
	}
	a.todo = append(groups, a.todo...)
}

// resolve finds out what became of messages whose APPEND was handed over whole but not answered.
// Stored ones are confirmed, those certainly not stored are returned to be sent again. If host2
// cannot be asked, they are left behind as errors: a rerun, which compares identities, settles them.
//
// A server goes on storing what it has received after the connection died. So host2 must first stand
// still; then its messages from the folder's mark on are read and matched one to one, since twins exist.
func (a *appender) resolve(ctx context.Context, unknown []*item) (missing []*item) {
	for _, items := range byFolder(unknown) {
		f := items[0].folder
		if a.c.cfg.Shared {
			f.gate.Lock()
		}
		found, err := a.c.lookUp(ctx, &a.held, f)
		if a.c.cfg.Shared {
			f.gate.Unlock()
		}
		if err != nil {
			a.unresolved(items, err)
			continue
		}
		uids := f.tally.claim(items, found)
		for i, it := range items {
			if uids[i] != 0 {
				a.stored(it, uids[i], false)
				continue
			}
			f.tally.freeze()
			it.resends++
			missing = append(missing, it)
		}
	}
	return missing
}

// unresolved leaves messages behind whose outcome could not be found out.
func (a *appender) unresolved(items []*item, err error) {
	for _, it := range items {
		it.folder.setUnsure()
		it.reason = plan.AppendRefused
		it.err = it.appendError(fmt.Errorf("the connection was lost before the answer, and host2 could not be asked whether the message is there (run again to settle it): %w", err))
		a.end(it)
	}
}

func byFolder(items []*item) [][]*item {
	var out [][]*item
	at := map[*Folder]int{}
	for _, it := range items {
		i, ok := at[it.folder]
		if !ok {
			i = len(out)
			at[it.folder] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], it)
	}
	return out
}
