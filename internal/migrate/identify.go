package migrate

import (
	"cmp"
	"fmt"
	"slices"

	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
	"imapsync/internal/scan"
)

// decide asks for what the plan still needs to know, then carries out what it has decided, until
// that raises no questions.
func (w *work) decide() {
	for more := true; more; {
		w.identify()
		step := w.plan.Decide()
		w.carryOut(step)
		more = step.More
	}
}

func (w *work) carryOut(step plan.Step) {
	for _, s := range step.Skips {
		if s.Reason == plan.Unidentified && w.soft.Err() != nil {
			s.Reason = plan.NotReached // not asked about any more
		}
		w.tellCross(s)
		w.flawed = w.flawed || s.Reason == plan.Unidentified
		w.sink.Emit(event.Skipped{Src: w.pair.Src, UID: s.UID, Dst: w.pair.Dst, Size: s.Size, Reason: s.Reason, Detail: cmp.Or(s.SizeText(), ofText(s))})
	}
	w.explainFlags(step)
	w.explainLabels(step)
	w.remember(step.Pairs)
	for _, c := range step.Changes {
		w.changes[c.Flags] = append(w.changes[c.Flags], c.UID)
	}
	for _, c := range step.LabelChanges {
		w.relabels[c.Labels] = append(w.relabels[c.Labels], c.UID)
	}
	if w.set.dry && !w.set.dryCopy {
		for _, c := range step.Copies {
			w.sink.Emit(event.Skipped{Src: w.pair.Src, UID: c.Row.UID, Dst: w.pair.Dst, Size: c.Row.Size, Reason: plan.DryRun})
		}
		return
	}
	w.out.Send(w.hard, step.Copies)
}

// identify reads what the plan asks for to tell messages apart: the identity headers of some, then
// the texts of those that headers leave in doubt. What a server does not tell is left to the plan,
// which copies nothing that may be there.
func (w *work) identify() {
	for _, q := range w.questions(w.plan.Needs()) {
		w.ask(q, func(c *client.Conn, uids []imap.UID, answered func(imap.UID)) error {
			return scan.Keys(w.soft, c, q.name, q.validity, uids, w.cfg.Identity, func(uid imap.UID, full, fallback message.Key) {
				answered(uid)
				w.plan.Identify(q.e.Side(), uid, full, fallback)
			})
		})
	}
	for _, q := range w.questions(w.plan.NeedDigests()) {
		w.ask(q, func(c *client.Conn, uids []imap.UID, answered func(imap.UID)) error {
			return scan.Digests(w.soft, c, q.name, q.validity, uids, func(uid imap.UID, digest message.Key) {
				answered(uid)
				w.plan.Digest(q.e.Side(), uid, digest)
			})
		})
	}
}

// question is about messages of one side.
type question struct {
	e        *endpoint.Endpoint
	name     imap.MailboxName
	validity imap.UIDValidity
	uids     []imap.UID
}

func (w *work) questions(need1, need2 []imap.UID) []question {
	return []question{
		{w.cfg.Host1, w.pair.Src, w.src.UIDValidity, need1},
		{w.cfg.Host2, w.pair.Dst, w.dst.UIDValidity, need2},
	}
}

// ask runs a reading until everything is answered, after a refusal for a while too. A failure is
// told once for each side of a folder, however many chunks of its listing meet it.
func (w *work) ask(q question, read func(c *client.Conn, uids []imap.UID, answered func(imap.UID)) error) {
	if len(q.uids) == 0 {
		return
	}
	done := make(map[imap.UID]bool, len(q.uids))
	var err error
	for try := 1; ; try++ {
		err = w.with(q.e, func(c *client.Conn) error {
			left := slices.DeleteFunc(slices.Clone(q.uids), func(uid imap.UID) bool { return done[uid] })
			return read(c, left, func(uid imap.UID) { done[uid] = true })
		})
		if !busy(err) || try >= tries || !w.rest(err, try) {
			break
		}
	}
	if side := q.e.Side(); err != nil && !w.unread[side] {
		w.unread[side] = true
		w.fail(listingError(side, q.name, err))
	}
}

func ofText(s plan.Skip) string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("same identity as UID %d", s.Of)
}
