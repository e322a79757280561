package migrate

import (
	"errors"
	"fmt"
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/folder"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// creator sees to it that destination folders exist, all on one connection (rule E8), some way
// ahead of the folders being copied: looking, creating and subscribing are each sent for many
// folders before the first answer is awaited.
type creator struct {
	r     *run
	ready []chan struct{} // by pair; closed when state is settled
	state []existence
	begun chan struct{} // closed when the loop has been announced: nothing is told, or created, before
	// lazy creates a folder only when its turn has come, for runs that may end before it does and do
	// one folder after the other.
	lazy bool
	// searched tells of pairs left out that host1 has messages, but none that is selected.
	searched []bool
	known    map[imap.MailboxName]bool // on host2 now
	mine     map[imap.MailboxName]bool // created by this run
	asked    map[imap.MailboxName]bool // CREATE sent, not answered yet
}

// existence is what became of a destination folder.
type existence uint8

const (
	absent  existence = iota // not there; in a dry run it would have been created
	exists                   // it was there
	made                     // created by this run: empty
	barred                   // left out by --nomixfolders
	failed                   // could not be created
	leftOut                  // empty on host1, with --skipemptyfolders
)

// createAhead is how many pairs are dealt with in one go.
const createAhead = 50

func newCreator(r *run) *creator {
	c := &creator{r: r, begun: make(chan struct{}), lazy: r.cfg.Transfer.ExitWhenOver.Value > 0, state: make([]existence, len(r.plan.Pairs)), searched: make([]bool, len(r.plan.Pairs)), known: map[imap.MailboxName]bool{},
		mine: map[imap.MailboxName]bool{}}
	for i, p := range r.plan.Pairs {
		c.ready = append(c.ready, make(chan struct{}))
		if p.DstExists {
			c.state[i] = exists
		}
	}
	return c
}

// run deals with all pairs in order and never leaves one waiting.
func (c *creator) run() {
	pairs := c.r.plan.Pairs
	if c.lazy {
		return
	}
	for start, end := 0, 0; start < len(pairs); start = end {
		end = c.next(start)
		c.deal(start, end)
	}
}

// deal settles the state of some pairs.
func (c *creator) deal(start, end int) {
	err := c.some(start, end)
	<-c.begun
	if err != nil {
		if c.r.soft.Err() == nil {
			c.r.fail(fmt.Errorf("Host2: could not create or subscribe folders: %w", err))
		}
		for i := start; i < end; i++ {
			if c.state[i] == absent {
				c.state[i] = failed
			}
		}
	}
	for i := start; i < end; i++ {
		close(c.ready[i])
	}
}

// next is the end of the pairs dealt with together from start on. A destination that differs from an
// earlier one only in letter case is looked at after that one was created: they may be one folder.
func (c *creator) next(start int) int {
	pairs := c.r.plan.Pairs
	for end := start + 1; end < min(start+createAhead, len(pairs)); end++ {
		if pairs[end].CaseTwin {
			return end
		}
	}
	return min(start+createAhead, len(pairs))
}

// await waits for pair i.
func (c *creator) await(i int) existence {
	if c.lazy {
		c.deal(i, i+1)
	}
	<-c.ready[i]
	return c.state[i]
}

func (c *creator) some(start, end int) error {
	if err := c.leaveOutEmpty(start, end); err != nil {
		return err
	}
	if !c.needed(start, end) {
		return nil
	}
	return c.r.with(c.r.cfg.Host2, func(conn *client.Conn) error {
		if err := c.look(conn, start, end); err != nil {
			return err
		}
		if err := c.create(conn, start, end); err != nil {
			return err
		}
		return c.subscribe(conn, start, end)
	})
}

func (c *creator) needed(start, end int) bool {
	for i, p := range c.r.plan.Pairs[start:end] {
		if c.state[start+i] != leftOut && (!p.DstExists || p.Subscribe) {
			return true
		}
	}
	return false
}

// look asks STATUS about the unlisted destinations and their parents.
func (c *creator) look(conn *client.Conn, start, end int) error {
	asked := map[imap.MailboxName]*client.StatusCmd{}
	ask := func(name imap.MailboxName) {
		if _, ok := c.known[name]; !ok && asked[name] == nil {
			asked[name] = conn.Status(name, client.StatusMessages)
		}
	}
	for i := start; i < end; i++ {
		p := c.r.plan.Pairs[i]
		if p.DstExists || c.state[i] == leftOut {
			continue
		}
		ask(p.Dst)
		for _, parent := range folder.Parents(p.Dst, c.r.plan.Dst.Sep) {
			ask(parent)
		}
	}
	for name, cmd := range asked {
		_, err := cmd.Wait(c.r.soft)
		if err != nil && (fault.Lost(err) || c.r.soft.Err() != nil) {
			return err
		}
		c.known[name] = err == nil
	}
	return nil
}

// create sends the CREATEs of every pair that needs some, then takes the answers.
func (c *creator) create(conn *client.Conn, start, end int) error {
	c.asked = map[imap.MailboxName]bool{}
	type creation struct {
		pair int
		name imap.MailboxName
		cmd  *client.Cmd
	}
	var all []creation
	for i := start; i < end; i++ {
		if p := c.r.plan.Pairs[i]; !p.DstExists && c.state[i] == absent {
			for _, name := range c.begin(i, p) {
				all = append(all, creation{i, name, conn.Create(name)})
				c.asked[name] = true
			}
		}
	}
	for _, one := range all {
		err := one.cmd.Wait(c.r.soft)
		if fault.Lost(err) || c.r.soft.Err() != nil {
			return err
		}
		if err == nil {
			c.known[one.name] = true
		}
		if p := c.r.plan.Pairs[one.pair]; one.name == p.Dst {
			if err := c.made(conn, one.pair, p, err); err != nil {
				return err
			}
		} else if err == nil {
			c.r.sink.Emit(event.FolderCreated{Stage: event.CreateDone, Folder: one.name})
		}
	}
	return nil
}

// begin decides about pair i, tells it, and returns the names to create.
func (c *creator) begin(i int, p folder.Pair) []imap.MailboxName {
	if c.mine[p.Dst] || c.asked[p.Dst] {
		c.state[i] = exists // another pair sees to it
		return nil
	}
	<-c.begun
	d := c.r.cfg.Folders.Creation(p.Dst, c.r.plan.Dst.Sep, func(n imap.MailboxName) bool { return c.known[n] || c.asked[n] })
	e := event.FolderCreated{Folder: p.Dst, Dry: c.r.set.dry}
	c.r.sink.Emit(e)
	switch {
	case d.Outcome == folder.RefusedMixing:
		c.state[i], e.Stage = barred, event.CreateRefusedMixing
	case d.Outcome.Usable():
		c.state[i], e.Stage = exists, event.CreateExists
	case c.r.set.dry:
		e.Stage, e.JustDry = event.CreateDone, c.r.set.mode != JustFolders
	default:
		for _, parent := range slices.Backward(d.Create[:len(d.Create)-1]) {
			c.r.sink.Emit(event.FolderCreated{Folder: parent})
		}
		return d.Create
	}
	c.r.sink.Emit(e)
	return nil
}

// made takes the answer to the CREATE of pair i. A refusal is no failure if the folder can be
// selected all the same. The error is a lost connection: nothing is known then, and the pair stays
// absent.
func (c *creator) made(conn *client.Conn, i int, p folder.Pair, err error) error {
	for try := 1; busy(err) && try <= tries && c.r.rest(err, try); try++ {
		err = conn.Create(p.Dst).Wait(c.r.soft)
	}
	var e *imap.Error
	if err == nil || errors.As(err, &e) && e.Kind == imap.KindAlreadyExists {
		c.state[i], c.mine[p.Dst] = made, true
		c.r.sink.Emit(event.FolderCreated{Stage: event.CreateDone, Folder: p.Dst})
		return nil
	}
	switch _, serr := conn.Status(p.Dst, client.StatusMessages).Wait(c.r.soft); {
	case serr == nil:
		c.state[i] = exists
		c.r.sink.Emit(event.FolderCreated{Stage: event.CreateExists, Folder: p.Dst})
		return nil
	case fault.Lost(err):
		return err
	case fault.Lost(serr):
		return serr
	}
	c.state[i] = failed
	kind := fault.Create
	if errors.As(err, &e) && e.Kind == imap.KindOverQuota {
		kind = fault.OverQuota
	}
	c.r.fail(&fault.Error{Kind: kind, Side: account.Host2, Folder: p.Dst, Err: err,
		Text: fmt.Sprintf("Could not create folder [%s] from [%s]: %v", p.Dst, p.Src, err)})
	return nil
}

// subscribe subscribes to what the options ask for. A refusal is told, it is not an error.
func (c *creator) subscribe(conn *client.Conn, start, end int) error {
	cmds := map[int]*client.Cmd{}
	var subscribed []imap.MailboxName
	for i := start; i < end; i++ {
		p := c.r.plan.Pairs[i]
		if !p.Subscribe || c.state[i] == failed || c.state[i] == barred || c.state[i] == leftOut || c.state[i] == absent && !c.r.set.dry {
			continue
		}
		subscribed = append(subscribed, p.Dst)
		if !c.r.set.dry {
			cmds[i] = conn.Subscribe(p.Dst)
		}
	}
	<-c.begun
	for _, name := range subscribed {
		c.r.sink.Emit(event.Subscribed{Folder: name, Dry: c.r.set.dry})
	}
	for i, cmd := range cmds {
		if err := cmd.Wait(c.r.soft); err != nil {
			if fault.Lost(err) {
				return err
			}
			c.r.sink.Emit(event.Note{Level: event.Warning, Side: account.Host2,
				Text: fmt.Sprintf("Host2: could not subscribe to folder %s: %v", c.r.plan.Pairs[i].Dst, err)})
		}
	}
	return nil
}
