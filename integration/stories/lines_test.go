package stories

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"imapsync/integration/accounts"
)

// lines writes an account down as "holds" compares it: folders sorted, messages sorted unless their
// order matters. An empty INBOX, which every account has, and folders that can hold no message are
// written only when mentioned says that the wanted account has them.
func (c *cast) lines(state accounts.State, mentioned map[string]bool, inOrder bool) []string {
	var out []string
	for _, f := range state {
		switch {
		case !f.Selectable:
			if mentioned[f.Name] {
				out = append(out, f.Name+" (noselect)")
			}
			continue
		case f.Name == "INBOX" && len(f.Messages) == 0 && !mentioned["INBOX"]:
			continue
		case f.Subscribed || f.Name == "INBOX":
			out = append(out, f.Name)
		default:
			out = append(out, f.Name+" (unsubscribed)")
		}
		var messages []string
		for _, m := range f.Messages {
			messages = append(messages, "    "+c.line(m))
		}
		if !inOrder {
			slices.Sort(messages)
		}
		out = append(out, messages...)
	}
	return out
}

func (c *cast) line(m accounts.Message) string {
	var words []string
	known := c.bySum[m.SHA256]
	switch {
	case known != nil:
		words = append(words, known.name)
	case c.byID[m.ID] != nil:
		known = c.byID[m.ID]
		words = append(words, known.name, "changed", fmt.Sprintf("size=%d", m.Size))
	default:
		words = append(words, "?")
	}
	if known == nil || !m.Date.Equal(known.date) {
		words = append(words, day(m.Date))
	}
	if len(m.Flags) > 0 {
		words = append(words, "("+strings.Join(m.Flags, " ")+")")
	}
	return strings.Join(words, " ")
}

// day writes a date; what has just been made has a date that no file can know.
func day(t time.Time) string {
	switch t = t.UTC(); {
	case time.Since(t).Abs() < 3*time.Hour:
		return "now"
	case t.Hour() == 12 && t.Minute() == 0 && t.Second() == 0:
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// wanted brings the lines of a file into the form of lines, so that an account that was filled from
// a file can be compared with it.
func (c *cast) wanted(text string, inOrder bool) (want []string, mentioned map[string]bool, err error) {
	type box struct {
		name     string
		messages []string
	}
	var boxes []box
	mentioned = map[string]bool{}
	for line := range strings.Lines(text) {
		switch {
		case blank(line):
		case !indented(line):
			name := strings.TrimSpace(line)
			boxes = append(boxes, box{name: name})
			mentioned[plainName(name)] = true
		case len(boxes) == 0:
			return nil, nil, fmt.Errorf("a message before the first folder: %s", line)
		default:
			m, err := c.wantedLine(line)
			if err != nil {
				return nil, nil, err
			}
			last := &boxes[len(boxes)-1]
			last.messages = append(last.messages, "    "+m)
		}
	}
	slices.SortFunc(boxes, func(a, b box) int { return strings.Compare(plainName(a.name), plainName(b.name)) })
	for _, b := range boxes {
		if !inOrder {
			slices.Sort(b.messages)
		}
		want = append(append(want, b.name), b.messages...)
	}
	return want, mentioned, nil
}

// sameMoment compares a date of a line with that of the message; "-3d" was a little later when the
// message was made than it is now.
func sameMoment(word string, at, date time.Time) bool {
	if strings.HasPrefix(word, "-") {
		return at.Sub(date).Abs() < time.Hour
	}
	return at.Equal(date)
}

func plainName(folder string) string {
	name, _, _ := strings.Cut(folder, " (")
	return name
}

func (c *cast) wantedLine(line string) (string, error) {
	words, err := cut(line)
	if err != nil {
		return "", err
	}
	known := c.byName[words[0]]
	literally := words[0] == "?" || slices.Contains(words, "changed")
	if known == nil && !literally {
		return "", fmt.Errorf("there is no message %s in this story", words[0])
	}
	out, flags := words[:1:1], ""
	for _, w := range words[1:] {
		_, _, isText := strings.Cut(w, "=")
		switch {
		case strings.HasPrefix(w, "("):
			list := strings.Fields(strings.Trim(w, "()"))
			slices.Sort(list)
			flags = "(" + strings.Join(list, " ") + ")"
		case literally:
			out = append(out, w)
		case isText:
		default:
			if at, err := moment(w); err != nil || !sameMoment(w, at, known.date) {
				out = append(out, w)
			}
		}
	}
	if flags != "" && flags != "()" {
		out = append(out, flags)
	}
	return strings.Join(out, " "), nil
}
