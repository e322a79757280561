package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"imapsync/internal/event"
	"imapsync/internal/plan"
)

// maxLeftNamed is how many messages are named for each reason in the list at the end; the rest is
// counted. Every one of them is in the log where it happened.
const maxLeftNamed = 50

// leftovers remember the first messages left behind for each reason.
type leftovers map[plan.Reason][]event.Skipped

func (l leftovers) add(e event.Skipped) {
	if isLeftBehind(e.Reason) && len(l[e.Reason]) < maxLeftNamed {
		for _, text := range []*string{&e.Detail, &e.Letter.MessageID, &e.Letter.From, &e.Letter.Subject} {
			*text = strings.Clone((*text)[:min(len(*text), maxLeftText)])
		}
		l[e.Reason] = append(l[e.Reason], e)
	}
}

// maxLeftText is how much of a header field, or of a server's words, the list repeats, in octets.
const maxLeftText = 400

// isLeftBehind tells whether a message with this reason is missing on host2 against the wish of the
// user, or might be. What is on host2 already, and what only --dry held back, is not.
func isLeftBehind(r plan.Reason) bool {
	return r != plan.AlreadyThere && r != plan.KnownPair && r != plan.DryRun
}

// LeftListing names the messages of host1 that were left behind, by reason, in lines; "" when there
// are none, or with --noerrorsdump.
func (t *Totals) LeftListing() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.run.ErrorsDump || len(t.left) == 0 {
		return ""
	}
	var total int64
	for r := range t.left {
		total += t.reasons[r]
	}
	b := line(nil, "++++ Listing %d messages of host1 left behind, by reason ( avoid this listing with --noerrorsdump ).", total)
	for _, r := range slices.Sorted(maps.Keys(t.left)) {
		b = line(b, "%d %s:", t.reasons[r], reasonText(r))
		for _, e := range t.left[r] {
			b = line(b, "  %s", leftText(e))
		}
		if more := t.reasons[r] - int64(len(t.left[r])); more > 0 {
			b = line(b, "  and %d more", more)
		}
	}
	return string(b)
}

// leftText is one message: where it is, what it is called, and the words about it.
func leftText(e event.Skipped) string {
	text := fmt.Sprintf("msg %s/%d {%d}", visible(string(e.Src)), e.UID, e.Size)
	for _, f := range []struct{ name, value string }{
		{"Message-Id", e.Letter.MessageID}, {"From", e.Letter.From}, {"Subject", e.Letter.Subject},
	} {
		if f.value != "" {
			text += fmt.Sprintf(" %s:[%s]", f.name, oneLine(f.value))
		}
	}
	if e.Detail != "" {
		text += " " + oneLine(e.Detail)
	}
	return text
}
