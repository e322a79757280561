package migrate

import (
	"context"
	"strings"
	"sync"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/transfer"
)

// loop works on every pair of folders.
func (r *run) loop() {
	wanted := make([]imap.MailboxName, len(r.plan.Pairs))
	for i, p := range r.plan.Pairs {
		wanted[i] = p.Src
	}
	r.creator = newCreator(r)
	var wg sync.WaitGroup
	wg.Go(r.creator.run) // looks at host2 while host1's messages are counted
	messages := r.countMessages(wanted)
	r.warm(messages)
	r.sink.Emit(event.LoopStarted{Folders: len(wanted), Messages1: messages, Dry: r.set.dry, Wanted: wanted})
	r.debugSleep()
	r.cfg.Rate.Start()
	r.acls = r.wantACLs()
	close(r.creator.begun)
	r.copier = transfer.New(r.hard, r.transferConfig(), r.cfg.Host1, r.cfg.Host2, r.sink)
	defer context.AfterFunc(r.soft, r.copier.Stop)()
	r.pairs()
	wg.Wait()
	r.copier.Close()
	if r.copier.Over() {
		r.sizes.rest()
	}
	if r.set.sizesBefore && r.set.mode == Full {
		r.sizes.total(event.Before)
	}
	r.sink.Emit(event.LoopEnded{})
}

// pairs works on the pairs in order, several at once. Pairs of one destination form one piece of
// work, done in order (rule E3).
func (r *run) pairs() {
	work, room := make(chan []int), newRoom()
	var wg sync.WaitGroup
	groups, atOnce := r.groups(), foldersAtOnce
	r.findMerged(groups)
	switch {
	case r.labels != nil || r.cfg.Transfer.ExitWhenOver.Value > 0:
		// A limit of octets is spent on the first folders, and none after it is begun. With labels, a
		// message copied once appears in every folder whose label it has got, and need not be downloaded
		// again for the folders that follow (rule E14).
		groups, atOnce = r.singly(), 1
	case r.rules.Elsewhere != nil:
		groups, atOnce = r.singly(), listedAhead
		r.turns = newTurns(len(groups))
	}
	for range atOnce {
		wg.Go(func() {
			for group := range work {
				for _, i := range group {
					r.pair(i)
				}
				room.give(r.weighGroup(group))
			}
		})
	}
	for _, group := range groups {
		room.take(r.weighGroup(group))
		work <- group
	}
	close(work)
	wg.Wait()
}

// groups gathers the pairs by destination, in the order of the first of each. Names that differ only
// in letter case may be one folder.
func (r *run) groups() [][]int {
	var groups [][]int
	at := map[imap.MailboxName]int{}
	twins := map[string]bool{}
	for _, p := range r.plan.Pairs {
		if p.CaseTwin {
			twins[strings.ToLower(string(p.Dst))] = true
		}
	}
	for i, p := range r.plan.Pairs {
		key := p.Dst
		if key.IsInbox() || twins[strings.ToLower(string(key))] {
			key = imap.MailboxName(strings.ToLower(string(key)))
		}
		g, ok := at[key]
		if !ok {
			g = len(groups)
			at[key] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// transferConfig chooses how to copy from what host2 can do. Where it makes every APPEND, or every one
// above 4,096 octets, wait for its consent, lanes share folders, unless the order of arrival was asked for.
func (r *run) transferConfig() transfer.Config {
	caps := r.cfg.Host2.Caps()
	plus := caps.Has(imap.CapLiteralPlus)
	multi := caps.Has(imap.CapMultiAppend) && plus
	shared := !plus && !r.cfg.Transfer.Order.Value
	return transfer.Config{
		Lanes:    lanes(min(r.cfg.Host1.Cap(), r.cfg.Host2.Cap()), shared),
		Fetchers: 1,
		Shared:   shared,
		Budget:   r.cfg.Budget,
		Multi:    multi,
		Expunge:  caps.Has(imap.CapUIDPlus),
		Dates:    r.cfg.Transfer.SyncInternalDates.Or(true) || r.cfg.Transfer.DateFromHeader.Value,
		Retries:  tries,
		Settle:   r.cfg.Settle,
		Identity: r.cfg.Identity,
		Rate:     r.cfg.Rate,
		Content:  r.content(),

		ExitWhenOver: r.cfg.Transfer.ExitWhenOver.Value,
	}
}

// manyMessages is how many on host1 make it likely that further connections will be needed.
const manyMessages = 400

// warm signs in ahead on what the copy will need besides the connection of each side that is there. A run
// that remembers the folders may have nothing to copy, and waits.
func (r *run) warm(messages int64) {
	if r.set.mode != Full || r.set.dry || r.surveys[0] != nil || r.surveys[1] != nil || messages < manyMessages {
		return
	}
	n := min(r.transferConfig().Lanes, len(r.plan.Pairs))
	r.cfg.Host1.Warm(r.soft, n)
	if len(r.plan.Pairs) > 1 { // else its listing has ended when its copy begins
		r.cfg.Host2.Warm(r.soft, n)
	}
}

// lanes leaves connections for listing ahead while messages are copied. Lanes that wait for round trips
// leave little to do for those.
func lanes(connections int, waiting bool) int {
	if waiting {
		return max(1, connections-1)
	}
	return max(1, connections/2)
}

// countMessages asks host1 how many messages the wanted folders hold, for the estimate of the time
// left and for the room that folders take; -1 when it cannot be known cheaply.
func (r *run) countMessages(names []imap.MailboxName) int64 {
	if !r.set.sizesBefore || r.set.mode == JustFolders || r.cfg.Selections.Host1.Selects() {
		return -1
	}
	status, err := r.surveys[0].wait()
	if r.surveys[0] == nil {
		status, err = r.status(r.cfg.Host1, names)
	}
	if err != nil {
		return -1
	}
	var total int64
	known := map[imap.MailboxName]uint32{}
	for name, st := range status {
		if st.Messages == nil {
			return -1
		}
		known[name] = *st.Messages
		total += int64(*st.Messages)
	}
	r.messages = known
	return total
}
