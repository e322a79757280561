package imaptest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
)

// source says where an account is read.
type source struct {
	addr           string      // host:port
	tls            *tls.Config // nil: clear text
	user, password string
}

// ReadSnapshot reads a whole account from any server, ours or not; c is nil for clear text. What
// goes wrong ends the test.
func ReadSnapshot(t testing.TB, addr string, c *tls.Config, user, password string) Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	s, err := readAccount(ctx, source{addr, c, user, password})
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	return s
}

// readAccount changes nothing: folders are opened by EXAMINE. It reads simply, one command at a
// time, and holds little of a message but its digest. ctx ends the reading at any moment.
func readAccount(ctx context.Context, src source) (Snapshot, error) {
	var dialer net.Dialer
	socket, err := dialer.DialContext(ctx, "tcp", src.addr)
	if err != nil {
		return Snapshot{}, err
	}
	defer socket.Close()
	defer context.AfterFunc(ctx, func() { socket.Close() })()
	nc := socket
	if src.tls != nil {
		nc = tls.Client(socket, src.tls)
	}
	r := &reader{connection: connection{nc: nc, br: bufio.NewReaderSize(nc, 64<<10)}}
	r.body = r.digest
	s, err := r.account(src)
	if ctxErr := context.Cause(ctx); err != nil && ctxErr != nil {
		err = ctxErr
	}
	if err != nil {
		return s, fmt.Errorf("reading the account of %s at %s: %w", src.user, src.addr, err)
	}
	return s, nil
}

// reader reads one account.
type reader struct {
	connection
	prefix, separator string
	size              int64  // of the text that digest saw last
	messageID         string // of that text
}

func (r *reader) account(src source) (Snapshot, error) {
	var s Snapshot
	if _, err := r.response(); err != nil { // the greeting
		return s, err
	}
	if err := r.command(nil, "LOGIN %s %s", astring(src.user), astring(src.password)); err != nil {
		return s, err
	}
	if err := r.namespace(); err != nil {
		return s, err
	}
	folders := map[string]*Folder{}
	if err := r.list(folders, "LIST"); err != nil {
		return s, err
	}
	if err := r.list(folders, "LSUB"); err != nil {
		return s, err
	}
	for wire, f := range folders {
		if f.Selectable {
			var err error
			if f.Messages, err = r.messages(wire); err != nil {
				return s, fmt.Errorf("folder %q: %w", wire, err)
			}
		}
		s.Folders = append(s.Folders, *f)
	}
	slices.SortFunc(s.Folders, func(a, b Folder) int { return strings.Compare(a.Name, b.Name) })
	return s, r.command(nil, "LOGOUT")
}

// namespace learns the prefix; a server without NAMESPACE has none.
func (r *reader) namespace() error {
	has := false
	err := r.command(func(words []value) error {
		for _, w := range words {
			has = has || strings.EqualFold(w.text, "NAMESPACE")
		}
		return nil
	}, "CAPABILITY")
	if err != nil || !has {
		return err
	}
	return r.command(func(words []value) error {
		if words[0].text == "NAMESPACE" && len(words) > 1 && len(words[1].list) > 0 && len(words[1].list[0].list) > 1 {
			r.prefix, r.separator = words[1].list[0].list[0].text, words[1].list[0].list[1].text
		}
		return nil
	}, "NAMESPACE")
}

// list reads LIST or LSUB into folders, keyed by the name on the wire.
func (r *reader) list(folders map[string]*Folder, verb string) error {
	return r.command(func(words []value) error {
		if words[0].text != verb || len(words) < 4 {
			return nil
		}
		if !words[2].isNil() {
			r.separator = words[2].text
		}
		wire := words[3].text
		f := folders[wire]
		if f == nil {
			f = &Folder{Name: r.normalise(wire)}
			folders[wire] = f
		}
		selectable := true
		for _, a := range words[1].list {
			switch strings.ToLower(a.text) {
			case `\noselect`, `\nonexistent`:
				selectable = false
			case `\all`, `\archive`, `\drafts`, `\flagged`, `\junk`, `\sent`, `\trash`, `\important`:
				f.SpecialUse = a.text
			}
		}
		if verb == "LIST" {
			f.Selectable = selectable
		} else {
			f.Subscribed = f.Subscribed || selectable
		}
		return nil
	}, `%s "" "*"`, verb)
}

func (r *reader) normalise(wire string) string {
	if strings.EqualFold(wire, "INBOX") {
		return "INBOX"
	}
	name := strings.TrimPrefix(wire, r.prefix)
	if r.separator != "" && r.separator != "/" {
		name = strings.ReplaceAll(name, r.separator, "/")
	}
	return name
}

func (r *reader) messages(wire string) ([]Message, error) {
	exists := 0
	err := r.command(func(words []value) error {
		if len(words) > 1 && words[1].text == "EXISTS" {
			n, err := strconv.Atoi(words[0].text)
			exists = n
			return err
		}
		return nil
	}, "EXAMINE %s", astring(wire))
	if err != nil || exists == 0 {
		return nil, err
	}
	var messages []Message
	err = r.command(func(words []value) error {
		if len(words) < 3 || words[1].text != "FETCH" {
			return nil
		}
		m, whole, err := r.message(words[2].list)
		if whole {
			messages = append(messages, m)
		}
		return err
	}, "UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])")
	if err == nil && len(messages) != exists {
		err = fmt.Errorf("%d messages came, %d were announced", len(messages), exists)
	}
	return messages, err
}

// message makes a message of a FETCH response; whole is false without a text.
func (r *reader) message(items []value) (m Message, whole bool, err error) {
	for i := 0; i+1 < len(items); i += 2 {
		v := items[i+1]
		switch strings.ToUpper(items[i].text) {
		case "UID":
			n, convErr := strconv.ParseUint(v.text, 10, 32)
			m.UID, err = imap.UID(n), convErr
		case "FLAGS":
			for _, f := range v.list {
				if f := imap.Flag(f.text); !f.Is(imap.FlagRecent) {
					m.Flags = append(m.Flags, f)
				}
			}
			slices.Sort(m.Flags)
		case "INTERNALDATE":
			m.Date, err = time.Parse("_2-Jan-2006 15:04:05 -0700", strings.TrimLeft(v.text, " "))
		case "BODY[]":
			if v.kind != literal {
				sum := sha256.Sum256([]byte(v.text))
				v.text, r.size, r.messageID = hex.EncodeToString(sum[:]), int64(len(v.text)), ""
			}
			m.Digest, m.Size, m.MessageID, whole = v.text, r.size, r.messageID, true
		}
		if err != nil {
			return m, false, err
		}
	}
	return m, whole, nil
}

const headerLook = 64 << 10 // where the Message-Id is looked for

// digest reads a text and keeps its SHA-256, size and Message-Id.
func (r *reader) digest(text io.Reader, size int64) (string, error) {
	hash := sha256.New()
	head := make([]byte, min(size, headerLook))
	if _, err := io.ReadFull(text, head); err != nil {
		return "", err
	}
	hash.Write(head)
	n, err := io.Copy(hash, text)
	if err != nil {
		return "", err
	}
	if n += int64(len(head)); n != size {
		return "", io.ErrUnexpectedEOF
	}
	r.size = size
	// What the header parser dislikes does not matter here: the id is for people.
	h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(head))).ReadMIMEHeader()
	r.messageID = h.Get("Message-Id")
	return hex.EncodeToString(hash.Sum(nil)), nil
}
