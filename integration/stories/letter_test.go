package stories

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsync/integration/fixtures"
)

// letter is a message of a story. Its octets are known by its name.
type letter struct {
	name string
	id   string // Message-Id with its brackets
	raw  []byte
	date time.Time // the first internal date
}

// cast are the messages of one story.
type cast struct {
	byName map[string]*letter
	byID   map[string]*letter
	bySum  map[string]*letter
	file   func(name string) []byte // another file of the story
}

func newCast(file func(string) []byte) *cast {
	return &cast{map[string]*letter{}, map[string]*letter{}, map[string]*letter{}, file}
}

// account reads lines that describe an account, and makes the messages it has not met.
func (c *cast) account(text string) (fixtures.Account, error) {
	var account fixtures.Account
	var messages []fixtures.Message
	var name string
	closeFolder := func() {
		if name != "" {
			plain, unsubscribed := strings.CutSuffix(name, " (unsubscribed)")
			f := fixtures.Of(plain, messages...)
			f.Unsubscribed = unsubscribed
			account = append(account, f)
		}
		messages = nil
	}
	for number, line := range strings.Split(text, "\n") {
		switch {
		case blank(line):
		case !indented(line):
			closeFolder()
			name = strings.TrimSpace(line)
		default:
			m, err := c.message(line)
			if err == nil && name == "" {
				err = errors.New("a message before the first folder")
			}
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number+1, err)
			}
			messages = append(messages, m)
		}
	}
	closeFolder()
	return account, nil
}

func blank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}

func indented(line string) bool { return line[0] == ' ' || line[0] == '\t' }

// message reads one line; the octets of a name that is known are those it has.
func (c *cast) message(line string) (fixtures.Message, error) {
	words, err := cut(line)
	if err != nil {
		return fixtures.Message{}, err
	}
	var m fixtures.Message
	text := map[string][]string{}
	for _, w := range words[1:] {
		key, value, isText := strings.Cut(w, "=")
		switch {
		case strings.HasPrefix(w, "("):
			m.Flags = strings.Fields(strings.Trim(w, "()"))
		case isText:
			text[key] = append(text[key], value)
		default:
			if m.Date, err = moment(w); err != nil {
				return m, err
			}
		}
	}
	known := c.byName[words[0]]
	switch {
	case known == nil:
		if known, err = c.invent(words[0], m.Date, text); err != nil {
			return m, err
		}
	case len(text) > 0:
		return m, fmt.Errorf("%s is described for the second time: another text needs another name, perhaps with id=<%s@story>", words[0], words[0])
	}
	if m.Date.IsZero() {
		m.Date = known.date
	}
	m.Raw = known.raw
	return m, nil
}

// firstDate is the internal date of messages that are given none.
var firstDate = time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC)

func (c *cast) invent(name string, date time.Time, text map[string][]string) (*letter, error) {
	if date.IsZero() {
		date = firstDate
	}
	l := &letter{name: name, date: date}
	var err error
	if l.id, l.raw, err = c.compose(name, date, text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := digest(l.raw)
	if twin := c.bySum[sum]; twin != nil {
		return nil, fmt.Errorf("%s has the octets of %s", name, twin.name)
	}
	c.byName[name], c.bySum[sum] = l, l
	if l.id != "" && c.byID[l.id] == nil {
		c.byID[l.id] = l
	}
	return l, nil
}

// compose writes the octets of a message.
func (c *cast) compose(name string, date time.Time, text map[string][]string) (id string, raw []byte, err error) {
	take := func(key, otherwise string) string {
		values := text[key]
		delete(text, key)
		if len(values) == 0 {
			return otherwise
		}
		return values[len(values)-1]
	}
	number := func(key string) int {
		n := 0
		if v := take(key, ""); v != "" && err == nil {
			n, err = strconv.Atoi(v)
		}
		return n
	}
	id = take("id", "<"+name+"@story>")
	if file := take("octets", ""); file != "" {
		return id, c.file(file), unused(text)
	}
	if file := take("file", ""); file != "" {
		return id, bytes.ReplaceAll(c.file(file), []byte("\n"), []byte("\r\n")), unused(text)
	}
	without, extra := text["without"], text["header"]
	delete(text, "without")
	delete(text, "header")
	var b bytes.Buffer
	for _, h := range append([]string{
		"Date: " + date.Format("Mon, 2 Jan 2006 15:04:05 -0700"),
		"From: " + take("from", "Ann <ann@example.org>"),
		"To: " + take("to", "Bob <bob@example.net>"),
		"Subject: " + take("subject", name),
		"Message-Id: " + id,
	}, extra...) {
		field, _, _ := strings.Cut(h, ":")
		if slices.Contains(without, field) || slices.ContainsFunc(extra, func(e string) bool { return e != h && strings.HasPrefix(e, field+":") }) {
			continue
		}
		b.WriteString(h + "\r\n")
	}
	if slices.Contains(without, "Message-Id") {
		id = ""
	}
	b.WriteString("\r\n" + take("body", "This is "+name+".\r\n"))
	if n := number("line"); n > 0 {
		b.WriteString(strings.Repeat("x", n) + "\r\n")
	}
	size := number("size")
	if err != nil {
		return "", nil, err
	}
	return id, pad(b.Bytes(), size), unused(text)
}

// pad adds lines until the message has size octets.
func pad(raw []byte, size int) []byte {
	for len(raw) < size {
		n := min(70, size-len(raw))
		if left := size - len(raw) - n; left == 1 { // a line end alone has two octets
			n--
		}
		if n < 2 {
			return append(raw[:len(raw)-2], "x\r\n"...)
		}
		raw = append(raw, strings.Repeat("y", n-2)+"\r\n"...)
	}
	return raw
}

func unused(text map[string][]string) error {
	for key := range text {
		return fmt.Errorf("nobody knows what %s= means", key)
	}
	return nil
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// moment reads a day, a moment, or a number of days ago.
func moment(word string) (time.Time, error) {
	if days, ago := strings.CutPrefix(word, "-"); ago {
		n, err := strconv.ParseFloat(strings.TrimSuffix(days, "d"), 64)
		return time.Now().UTC().Add(-time.Duration(n * float64(24*time.Hour))).Truncate(time.Second), err
	}
	if t, err := time.Parse(time.DateOnly, word); err == nil {
		return t.Add(12 * time.Hour), nil
	}
	return time.Parse(time.RFC3339, word)
}

// cut splits a line into words; quotes after "=" and parentheses keep blanks together.
func cut(line string) ([]string, error) {
	var words []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexAny(rest, " \t")
		switch eq := strings.Index(rest, `="`); {
		case rest[0] == '(':
			if end = strings.IndexByte(rest, ')') + 1; end == 0 {
				return nil, fmt.Errorf("flags without a closing parenthesis: %s", rest)
			}
			words = append(words, rest[:end])
		case eq > 0 && (end < 0 || eq < end):
			quoted, err := strconv.QuotedPrefix(rest[eq+1:])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", rest, err)
			}
			value, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", quoted, err)
			}
			end = eq + 1 + len(quoted)
			words = append(words, rest[:eq+1]+value)
		default:
			if end < 0 {
				end = len(rest)
			}
			words = append(words, rest[:end])
		}
		rest = rest[end:]
	}
	return words, nil
}
