package demo

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imap/utf7"
)

// digest identifies a text.
type digest [sha256.Size]byte

// entry is a message in a comparison.
type entry struct {
	text  digest
	size  int64
	date  int64 // Unix time: the zone is the server's affair
	flags string
}

// contents is an account in a comparison: the messages of each path, in order.
type contents struct {
	boxes      map[string][]entry
	subscribed map[string]bool
	uidNext    map[string]imap.UID
}

func contentsOf(account *server.MemoryAccount) (contents, error) {
	c := contents{map[string][]entry{}, map[string]bool{}, map[string]imap.UID{}}
	infos, err := account.Mailboxes()
	if err != nil {
		return c, err
	}
	for _, info := range infos {
		c.subscribed[info.Path] = info.Subscribed
		box := account.Box(info.Path)
		if box == nil {
			continue
		}
		entries := []entry{}
		for _, m := range box.Messages() {
			sum, err := digestOf(box, m.UID)
			if err != nil {
				return c, fmt.Errorf("reading %q: %w", utf7.Decode(info.Path), err)
			}
			entries = append(entries, entry{sum, m.Size, m.Date.Unix(), flagsOf(m)})
		}
		c.boxes[info.Path], c.uidNext[info.Path] = entries, box.Status().UIDNext
	}
	return c, nil
}

func digestOf(box *server.MemoryMailbox, uid imap.UID) (d digest, err error) {
	text, err := box.Open(uid)
	if err != nil {
		return d, err
	}
	defer text.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(text, 0, text.Size())); err != nil {
		return d, err
	}
	hash.Sum(d[:0])
	return d, nil
}

func flagsOf(m server.Message) string {
	flags := make([]string, len(m.Flags))
	for i, f := range m.Flags {
		flags[i] = string(f)
	}
	slices.Sort(flags)
	return strings.Join(flags, " ")
}

// point is one line of the comparison: what was compared, how much of it, and what differs.
type point struct {
	name  string
	count string
	wrong []string
}

// compare goes through the points that make a copy complete. It expects on host2 nothing but the
// copy of host1.
func compare(one, two contents) []point {
	points := []point{comparePaths(one, two)}
	octets, messages := int64(0), 0
	for _, entries := range one.boxes {
		messages += len(entries)
		for _, e := range entries {
			octets += e.size
		}
	}
	texts := point{name: "messages, octet by octet", count: fmt.Sprintf("%d messages, %.1f MiB", messages, float64(octets)/(1<<20))}
	order := point{name: "order of the messages", count: fmt.Sprintf("%d folders", len(one.boxes))}
	flags := point{name: "flags and keywords", count: fmt.Sprintf("%d messages", messages)}
	dates := point{name: "internal dates", count: fmt.Sprintf("%d messages", messages)}
	for _, path := range sortedPaths(one) {
		name := utf7.Decode(path)
		missing, extra := differentTexts(one.boxes[path], two.boxes[path])
		if missing+extra > 0 {
			texts.wrong = append(texts.wrong, fmt.Sprintf("%s: %d missing, %d too many", name, missing, extra))
			continue
		}
		compareEntries(name, one.boxes[path], two.boxes[path], &order, &flags, &dates)
	}
	return append(points, texts, order, flags, dates, compareSubscriptions(one, two))
}

func sortedPaths(c contents) []string {
	paths := make([]string, 0, len(c.boxes))
	for p := range c.boxes {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

func comparePaths(one, two contents) point {
	p := point{name: "folders and their names", count: fmt.Sprintf("%d folders", len(one.boxes))}
	for _, path := range sortedPaths(one) {
		if two.boxes[path] == nil {
			p.wrong = append(p.wrong, utf7.Decode(path)+": missing on host2")
		}
	}
	for _, path := range sortedPaths(two) {
		if one.boxes[path] == nil && !(len(two.boxes[path]) == 0 && isParent(path, one)) {
			p.wrong = append(p.wrong, utf7.Decode(path)+": only on host2")
		}
	}
	return p
}

// isParent reports whether path is the parent of a folder of c. On host1 such a parent may exist in
// names only; the program creates it on host2 before its children, as 2.229 does.
func isParent(path string, c contents) bool {
	for p := range c.boxes {
		if strings.HasPrefix(p, path+"/") {
			return true
		}
	}
	return false
}

// differentTexts counts the texts that only one side has; twins count as often as they are there.
func differentTexts(one, two []entry) (missing, extra int) {
	count := map[digest]int{}
	for _, e := range one {
		count[e.text]++
	}
	for _, e := range two {
		count[e.text]--
	}
	for _, n := range count {
		missing += max(0, n)
		extra += max(0, -n)
	}
	return missing, extra
}

// compareEntries compares folders that hold the same texts. The n-th of several equal texts is
// compared with the n-th on the other side.
func compareEntries(name string, one, two []entry, order, flags, dates *point) {
	places := map[digest][]int{}
	for i, e := range two {
		places[e.text] = append(places[e.text], i)
	}
	inOrder := true
	for i, a := range one {
		k := places[a.text][0]
		places[a.text] = places[a.text][1:]
		b := two[k]
		inOrder = inOrder && k == i
		if a.flags != b.flags {
			flags.wrong = append(flags.wrong, fmt.Sprintf("%s, message %d: (%s), not (%s)", name, i+1, b.flags, a.flags))
		}
		if a.date != b.date {
			dates.wrong = append(dates.wrong, fmt.Sprintf("%s, message %d: %d seconds off", name, i+1, b.date-a.date))
		}
	}
	if !inOrder {
		order.wrong = append(order.wrong, name)
	}
}

func compareSubscriptions(one, two contents) point {
	p := point{name: "subscriptions"}
	n := 0
	for _, path := range sortedPaths(one) {
		if one.subscribed[path] {
			n++
			if !two.subscribed[path] {
				p.wrong = append(p.wrong, utf7.Decode(path)+": not subscribed on host2")
			}
		}
	}
	p.count = fmt.Sprintf("%d folders", n)
	return p
}

// same reports whether two looks at one account saw the same, flags and all.
func same(a, b contents) bool {
	equal := len(a.boxes) == len(b.boxes)
	for path, entries := range a.boxes {
		equal = equal && slices.Equal(entries, b.boxes[path]) && a.uidNext[path] == b.uidNext[path] && a.subscribed[path] == b.subscribed[path]
	}
	return equal
}
