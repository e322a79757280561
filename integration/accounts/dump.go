// Package accounts reads the state of mail accounts and compares them: it is the judge of the
// integration tests, and shares no code with the program it judges.
//
// Compared are folders (names without prefix, "/" between the parts), subscriptions, and for every
// message the SHA-256 and size of its octets, its flags without \Recent, its internal date as a
// moment, and its place in the folder.
package accounts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"imapsync/integration/fixtures"
	"imapsync/integration/rawimap"
)

// Message is one stored message.
type Message struct {
	UID    int
	SHA256 string // of the octets as the server delivers them, hexadecimal
	Size   int
	ID     string   // Message-Id, for people who read a difference
	Flags  []string // sorted, without \Recent
	Date   time.Time
}

// Folder is one mailbox.
type Folder struct {
	Name       string // decoded, "/" between the parts, without prefix
	Raw        string
	Subscribed bool
	Selectable bool
	Messages   []Message // in UID order
}

// State is an account at one moment, folders sorted by name.
type State []Folder

// Messages counts all messages.
func (s State) Messages() int {
	n := 0
	for _, f := range s {
		n += len(f.Messages)
	}
	return n
}

// Folder finds a folder by name; the zero Folder stands for one that does not exist.
func (s State) Folder(name string) Folder {
	for _, f := range s {
		if f.Name == name {
			return f
		}
	}
	return Folder{}
}

// Dump reads a whole account, every message of it.
func Dump(t fixtures.Target) (State, error) {
	c, err := rawimap.Dial(t.Addr, t.User, t.Password)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	prefix, delimiter, err := c.Namespace()
	if err != nil {
		return nil, err
	}
	boxes, err := c.List()
	if err != nil {
		return nil, err
	}
	var state State
	for _, b := range boxes {
		f := Folder{Name: plainName(b, prefix, delimiter), Raw: b.Raw, Subscribed: b.Subscribed, Selectable: b.Selectable()}
		if f.Selectable {
			if f.Messages, err = messages(c, b.Raw); err != nil {
				return nil, err
			}
		}
		state = append(state, f)
	}
	sort.Slice(state, func(i, j int) bool { return state[i].Name < state[j].Name })
	return state, nil
}

func plainName(b rawimap.Box, prefix, delimiter string) string {
	if strings.EqualFold(b.Raw, "INBOX") {
		return "INBOX"
	}
	if b.Delimiter != "" {
		delimiter = b.Delimiter
	}
	parts := strings.Split(strings.TrimPrefix(b.Raw, prefix), delimiter)
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(rawimap.DecodeName(p), "/", "%2F")
	}
	return strings.Join(parts, "/")
}

func messages(c *rawimap.Conn, raw string) ([]Message, error) {
	n, err := c.Examine(raw)
	if err != nil || n == 0 {
		return nil, err
	}
	byUID := map[int]Message{}
	var broken error
	err = c.Do(func(r rawimap.Response) {
		m, fetched, err := message(r)
		if err != nil {
			broken = err
		}
		if fetched {
			byUID[m.UID] = m
		}
	}, "UID FETCH", rawimap.Atom("1:*"), rawimap.Atom("(UID FLAGS INTERNALDATE BODY.PEEK[])"))
	if err == nil {
		err = broken
	}
	if err == nil && len(byUID) != n {
		err = fmt.Errorf("the server announced %d messages and delivered %d", n, len(byUID))
	}
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", raw, err)
	}
	out := make([]Message, 0, n)
	for _, m := range byUID {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].UID < out[j].UID })
	return out, nil
}

func message(r rawimap.Response) (m Message, fetched bool, err error) {
	t := r.Tokens()
	if len(t) < 4 || !t[2].Is("FETCH") || !t[3].IsList {
		return m, false, nil
	}
	items := t[3].List
	for i := 0; i+1 < len(items); i += 2 {
		value := items[i+1]
		switch strings.ToUpper(string(items[i].Text)) {
		case "UID":
			m.UID, err = strconv.Atoi(string(value.Text))
		case "FLAGS":
			m.Flags = flags(value.List)
		case "INTERNALDATE":
			m.Date, err = time.Parse("2-Jan-2006 15:04:05 -0700", strings.TrimSpace(string(value.Text)))
		case "BODY[]":
			sum := sha256.Sum256(value.Text)
			m.SHA256, m.Size, m.ID, fetched = hex.EncodeToString(sum[:]), len(value.Text), messageID(value.Text), true
		}
		if err != nil {
			return m, false, fmt.Errorf("FETCH response: %w", err)
		}
	}
	return m, fetched, nil
}

// flags are sorted; the case of system flags is made one, that of keywords is kept.
func flags(list []rawimap.Token) []string {
	var out []string
	for _, t := range list {
		f := string(t.Text)
		if strings.HasPrefix(f, `\`) && len(f) > 1 {
			f = `\` + strings.ToUpper(f[1:2]) + strings.ToLower(f[2:])
		}
		if f != `\Recent` {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

func messageID(raw []byte) string {
	head := raw
	if end := bytes.Index(raw, []byte("\r\n\r\n")); end >= 0 {
		head = raw[:end+4]
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(head))
	if err != nil {
		return ""
	}
	return parsed.Header.Get("Message-Id")
}
