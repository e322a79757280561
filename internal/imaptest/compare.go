package imaptest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"imapsync/internal/imap"
)

// Ignore leaves something out of a comparison.
type Ignore uint8

// What can be left out.
const (
	IgnoreOrder Ignore = iota
	IgnoreDates
	IgnoreFlags
	IgnoreSubscribed
	IgnoreSpecialUse
	IgnoreEmpty // folders without messages that only one side has
)

// Compare tells how got differs from want, a line for each difference, in the order of folder
// names; nothing if they are equal. Messages are paired by their digest, so a changed octet shows
// as one message missing and one too many; twins are counted. UIDs and \Recent do not matter, nor
// do names that cannot be selected.
func Compare(got, want Snapshot, ignore ...Ignore) []string {
	c := comparison{ignore: ignore}
	names := map[string]bool{}
	for _, s := range []Snapshot{got, want} {
		for _, f := range s.Folders {
			names[f.Name] = true
		}
	}
	sorted := make([]string, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	for _, n := range sorted {
		g, _ := got.Find(n)
		w, _ := want.Find(n)
		c.folders(n, g, w)
	}
	return c.lines
}

type comparison struct {
	ignore []Ignore
	lines  []string
}

func (c *comparison) ignores(o Ignore) bool { return slices.Contains(c.ignore, o) }

func (c *comparison) differ(folder, format string, args ...any) {
	c.lines = append(c.lines, fmt.Sprintf("%s: ", folder)+fmt.Sprintf(format, args...))
}

func (c *comparison) folders(name string, got, want Folder) {
	if got.Selectable != want.Selectable {
		is, state := got, "too many"
		if want.Selectable {
			is, state = want, "missing"
		}
		if len(is.Messages) > 0 || !c.ignores(IgnoreEmpty) {
			c.differ(name, "folder %s (%d messages)", state, len(is.Messages))
		}
		return
	}
	if got.Subscribed != want.Subscribed && !c.ignores(IgnoreSubscribed) {
		c.differ(name, "subscribed is %v, want %v", got.Subscribed, want.Subscribed)
	}
	if !strings.EqualFold(got.SpecialUse, want.SpecialUse) && !c.ignores(IgnoreSpecialUse) {
		c.differ(name, "special use is %q, want %q", got.SpecialUse, want.SpecialUse)
	}
	c.messages(name, got.Messages, want.Messages)
}

// messages pairs twins so that as many as possible agree in flags and date.
func (c *comparison) messages(folder string, got, want []Message) {
	unpaired := map[string][]int{}
	for i, m := range got {
		unpaired[m.Digest] = append(unpaired[m.Digest], i)
	}
	var order []int
	paired := make([]int, len(want))
	for j, w := range want {
		paired[j] = -1
		for k, i := range unpaired[w.Digest] {
			if c.metadata(got[i], w) == "" {
				paired[j] = i
				unpaired[w.Digest] = slices.Delete(unpaired[w.Digest], k, k+1)
				break
			}
		}
	}
	for j, w := range want {
		if rest := unpaired[w.Digest]; paired[j] < 0 && len(rest) > 0 {
			paired[j], unpaired[w.Digest] = rest[0], rest[1:]
			c.differ(folder, "%s: %s", w.name(), c.metadata(got[paired[j]], w))
		}
		if paired[j] < 0 {
			c.differ(folder, "message missing: %s", w.name())
			continue
		}
		order = append(order, paired[j])
	}
	for i, m := range got {
		if slices.Contains(unpaired[m.Digest], i) {
			c.differ(folder, "message too many: %s", m.name())
		}
	}
	if !c.ignores(IgnoreOrder) && !slices.IsSorted(order) {
		c.differ(folder, "the messages are in another order")
	}
}

// metadata tells how flags and dates differ; empty if they do not.
func (c *comparison) metadata(got, want Message) string {
	var d []string
	if g, w := flagText(got.Flags), flagText(want.Flags); g != w && !c.ignores(IgnoreFlags) {
		d = append(d, fmt.Sprintf("flags (%s), want (%s)", g, w))
	}
	if !got.Date.Equal(want.Date) && !c.ignores(IgnoreDates) {
		d = append(d, fmt.Sprintf("date %s, want %s", got.Date.UTC().Format(time.RFC3339), want.Date.UTC().Format(time.RFC3339)))
	}
	return strings.Join(d, "; ")
}

// flagText is the flags in one order; system flags have no letter case, keywords are shown as they
// are but servers may keep the letters of an earlier spelling.
func flagText(flags []imap.Flag) string {
	var out []string
	for _, f := range flags {
		if !f.Is(imap.FlagRecent) {
			out = append(out, strings.ToLower(string(f)))
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

func (m Message) name() string {
	id := m.MessageID
	if id == "" {
		id = "no Message-Id"
	}
	return fmt.Sprintf("UID %d, %s, %d octets, %.12s", m.UID, id, m.Size, m.Digest)
}
