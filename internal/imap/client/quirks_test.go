package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

// quirk is one odd answer of a server.
type quirk struct {
	Name, Command string
	Request       vectors.Value
	Server        vectors.Value
	Tagged        vectors.Value
	Closes        bool
	Expect        vectors.Value
	Why           string
}

// TestVectorsWireQuirks plays every recorded oddity to the client and compares what it makes of it.
func TestVectorsWireQuirks(t *testing.T) {
	folder, err := vectors.Folder()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "wire_quirks.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []quirk }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, q := range file.Cases {
		t.Run(q.Name, func(t *testing.T) {
			t.Parallel()
			got := q.play(t)
			for _, field := range q.Expect.Fields() {
				want := q.Expect.Field(field)
				if !matches(field, vectors.Of(got[field]), want) {
					t.Errorf("%s: %s\n got %s\nwant %s", q.Why, field, vectors.Of(got[field]), want)
				}
			}
			if !q.Expect.Has("complete") && got["result"] == "OK" && got["complete"] != true {
				t.Errorf("%s: got an error (%v) from what is whole", q.Why, got["error"])
			}
		})
	}
}

const quirkGreeting = "* OK [CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS CONDSTORE ENABLE QRESYNC NAMESPACE QUOTA ID] hi\r\n"

// serve is the server of a case.
func (q quirk) serve(s *script) {
	if q.Command == "GREETING" {
		if !s.say(q.Server.Str()) || q.Closes {
			return
		}
		s.obey()
		return
	}
	s.say(quirkGreeting)
	played := false
	for {
		c, ok := s.next()
		switch verb := c.verb(); {
		case !ok:
			return
		case !played && (verb == q.Command || verb == "MOVE" && q.Command == "COPY"):
			played = true
			if !s.say(q.Server.Str()) {
				return
			}
			if !q.Tagged.IsNull() {
				s.say(c.tag + " " + q.Tagged.Str() + "\r\n")
			}
			if q.Closes {
				return
			}
			continue
		case verb == "CAPABILITY":
			s.say("* CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS CONDSTORE ENABLE QRESYNC NAMESPACE QUOTA ID\r\n")
		case verb == "SELECT":
			s.say("* 3 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] x\r\n")
		}
		s.ok(c, "done")
	}
}

// play holds the conversation and reports what the client made of it, by the names of expect.
func (q quirk) play(t *testing.T) map[string]any {
	ctx := testContext(t)
	var alerts []string
	nc := serve(t, q.serve)
	c, err := New(ctx, nc, Config{OnAlert: func(s string) { alerts = append(alerts, s) }})
	got := map[string]any{}
	defer func() {
		got["complete"] = err == nil
		got["result"], got["error"] = verdict(err)
		if q.Command == "GREETING" && err == nil {
			got["result"] = string(c.Greeting().Reply)
		}
		if c != nil {
			got["connection_usable"] = c.Noop().Wait(ctx) == nil
			got["capabilities"] = []string(c.Caps())
			got["ask_capability"] = c.Caps() == nil
			if v, ok := c.Caps().Value(imap.CapAppendLimit); ok {
				got["append_limit"] = v
			}
			_ = c.Close()
			<-c.Done()
		}
		got["alerts"] = alerts
	}()
	if err != nil {
		c = nil
		got["connection_usable"] = false
		return got
	}
	if q.Command == "GREETING" {
		got["greeting"] = map[string]any{"preauth": c.Greeting().Reply == imap.ReplyPreauth}
		if e := c.Login(ctx, "user", "s3cr3t-word"); e != nil {
			t.Errorf("login: %v", e)
		}
		return got
	}
	if err = c.Login(ctx, "user", "s3cr3t-word"); q.Command == "LOGIN" {
		return got
	}
	if err == nil && q.Command != "CAPABILITY" {
		_, err = c.Capability(ctx)
	}
	if err == nil && slices.Contains([]string{"FETCH", "SEARCH", "COPY", "STORE", "EXPUNGE"}, q.Command) {
		_, err = c.Select("INBOX", false).Wait(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	err = q.command(ctx, c, got)
	return got
}

// verdict splits an error into the tagged result and what to do about it.
func verdict(err error) (result any, detail any) {
	var e *imap.Error
	if err == nil {
		return "OK", nil
	}
	if !errors.As(err, &e) {
		return fmt.Sprintf("%T", err), nil
	}
	d := map[string]any{"kind": e.Kind.String()}
	if e.Wait > 0 {
		d["wait_ms"] = e.Wait.Milliseconds()
	}
	if e.Reply == imap.ReplyLost || e.Reply == imap.ReplyBYE && e.Command != "greeting" {
		return nil, d
	}
	return string(e.Reply), d
}

// command sends the command of the case and notes its outcome in got.
func (q quirk) command(ctx context.Context, c *Conn, got map[string]any) (err error) {
	switch q.Command {
	case "FETCH":
		var m messages
		err = c.UIDFetch(imap.AllUIDs, FetchItems{Flags: true, InternalDate: true, Size: true, Body: true}, m.handler()).Wait(ctx)
		got["messages"] = m.list()
	case "SEARCH":
		var uids []imap.UID
		uids, err = c.UIDSearch("ALL").Wait(ctx)
		got["uids"] = uids
	case "COPY":
		var r CopyResult
		if strings.Contains(q.Request.Str(), "MOVE") {
			r, err = c.UIDMove(imap.UIDs(200), "X").Wait(ctx)
		} else {
			r, err = c.UIDCopy(imap.UIDs(1), "X").Wait(ctx)
		}
		if r.Pairs != nil {
			got["copy_uids"] = r.Pairs
		}
	case "STORE":
		err = c.UIDStore(imap.UIDs(1), Add, []imap.Flag{"$x"}).Wait(ctx)
	case "EXPUNGE":
		err = c.UIDExpunge(imap.UIDs(405)).Wait(ctx)
	case "SELECT":
		var sel imap.Selected
		sel, err = c.Select("INBOX", false).Wait(ctx)
		got["select"] = map[string]any{"exists": sel.Exists, "uidvalidity": orNil(sel.UIDValidity), "uidnext": orNil(sel.UIDNext),
			"highestmodseq": orNil(sel.HighestModSeq), "flags": sel.Flags, "permanent_flags": sel.PermanentFlags,
			"read_only": sel.ReadOnly}
	case "LIST", "XLIST":
		var boxes []imap.Mailbox
		if q.Command == "XLIST" {
			boxes, err = c.XList(ctx, "", "*")
		} else {
			boxes, err = c.List(ctx, "", "*", ListReturn{})
		}
		list := []any{}
		for _, b := range boxes {
			attrs := append([]string{}, b.Attrs...)
			list = append(list, map[string]any{"name": string(b.Name), "delimiter": orNil(b.Delim), "attributes": attrs,
				"selectable": b.Selectable()})
		}
		got["mailboxes"] = list
	case "STATUS":
		name := "INBOX"
		if words := strings.Split(q.Request.Str(), `"`); len(words) == 3 {
			name = words[1]
		}
		var s imap.Status
		s, err = c.Status(imap.MailboxName(name), StatusMessages, StatusUIDNext).Wait(ctx)
		got["status"] = map[string]any{"mailbox": string(s.Name), "messages": s.Messages, "unseen": s.Unseen, "recent": s.Recent,
			"uidnext": orNil(s.UIDNext), "uidvalidity": orNil(s.UIDValidity), "highestmodseq": orNil(s.HighestModSeq),
			"size": s.Size, "appendlimit": s.AppendLimit, "append_limit": s.AppendLimit}
	case "APPEND":
		err = q.append(ctx, c, got)
	case "CREATE":
		err = c.Create("X").Wait(ctx)
	case "CAPABILITY":
		_, err = c.Capability(ctx)
	case "NAMESPACE":
		var n imap.Namespaces
		n, err = c.Namespace(ctx)
		got["namespace"] = map[string]any{"personal": prefixes(n.Personal), "other": prefixes(n.Other), "shared": prefixes(n.Shared)}
	case "ID":
		var pairs [][2]string
		pairs, _, err = c.ID(ctx, nil)
		id := map[string]any{}
		for _, p := range pairs {
			id[p[0]] = orNil(p[1])
		}
		got["id"] = id
	case "GETQUOTAROOT":
		var quotas []imap.Quota
		quotas, _, err = c.QuotaRoot(ctx, "INBOX")
		list := []any{}
		for _, quota := range quotas {
			one := map[string]any{"root": quota.Root, "resource": quota.Resource, "usage": quota.Usage, "limit": quota.Limit}
			if quota.Limit < 0 {
				one["limit"] = nil
			}
			list = append(list, one)
		}
		got["quota"] = list
	case "LOGOUT":
		if err = c.Logout(ctx); err == nil && q.Tagged.IsNull() {
			err = c.Err() // the end is normal, and there was no tagged answer
		}
	default:
		err = c.simple(q.Command, nil).Wait(ctx)
	}
	return err
}

func (q quirk) append(ctx context.Context, c *Conn, got map[string]any) error {
	texts := []string{"abc"}
	if parts := strings.Split(q.Request.Str(), "<"); len(parts) > 1 {
		texts = nil
		for _, p := range parts[1:] {
			text, _, _ := strings.Cut(p, ">")
			texts = append(texts, text)
		}
	}
	var msgs []AppendMessage
	for _, text := range texts {
		msgs = append(msgs, AppendMessage{Size: int64(len(text)), Body: strings.NewReader(text)})
	}
	a := c.Append(ctx, "INBOX", msgs)
	r, err := a.Wait(ctx)
	if !slices.Contains(r.UIDs, 0) {
		got["append_uid"], got["append_uids"] = r.UIDs[0], r.UIDs
	}
	return err
}

// messages joins what FETCH responses tell, by UID.
type messages struct {
	byUID map[imap.UID]map[string]any
	text  []byte
}

func (ms *messages) handler() FetchHandler {
	ms.byUID = map[imap.UID]map[string]any{}
	return FetchHandler{
		Body: func(_ *imap.Message, size int64, r io.Reader) error {
			text, err := io.ReadAll(r)
			if err == nil && int64(len(text)) != size {
				err = fmt.Errorf("got %d octets of %d", len(text), size)
			}
			ms.text = text
			return err
		},
		Message: ms.add,
	}
}

func (ms *messages) add(m *imap.Message) {
	text := ms.text
	ms.text = nil
	if m.UID == 0 {
		return
	}
	one := ms.byUID[m.UID]
	if one == nil {
		one = map[string]any{"uid": m.UID}
		ms.byUID[m.UID] = one
	}
	set := func(name string, there bool, value any) {
		if there {
			one[name] = value
		}
	}
	set("flags", m.HasFlags, m.Flags)
	set("size", m.Size >= 0, m.Size)
	set("internaldate", !m.InternalDate.IsZero(), m.InternalDate.Format(time.RFC3339))
	set("body", m.HasBody, digest(text))
	set("header", m.Header != nil, digest(m.Header))
	set("labels", m.Labels != nil, m.Labels)
	set("gm_msgid", m.GmailMsgID != "", m.GmailMsgID)
	set("emailid", m.EmailID != "", m.EmailID)
	set("modseq", m.ModSeq != 0, uint64(m.ModSeq))
}

func (ms *messages) list() []map[string]any { return slices.Collect(maps.Values(ms.byUID)) }

func digest(b []byte) any {
	sum := sha256.Sum256(b)
	return map[string]any{"len": len(b), "sha256": hex.EncodeToString(sum[:])}
}

func prefixes(list []imap.Namespace) []any {
	out := []any{}
	for _, n := range list {
		out = append(out, map[string]any{"prefix": n.Prefix, "delimiter": orNil(n.Delim)})
	}
	return out
}

// orNil is nil for a zero, which stands for a value that is not known.
func orNil[T comparable](v T) any {
	if v == *new(T) {
		return nil
	}
	return v
}

// matches compares by the rules of the cases: any_of is a choice, only the fields that want has
// count, lists are sets except those of appended UIDs.
func matches(field string, got, want vectors.Value) bool {
	if choice := want.Field("any_of"); choice.Present() {
		return slices.ContainsFunc(choice.List(), func(w vectors.Value) bool { return matches(field, got, w) })
	}
	switch {
	case want.IsNull() || got.IsNull():
		// Nothing to tell, an empty list of alerts and an empty text are the same.
		return got.IsNull() && (want.IsNull() || want.IsList() && len(want.List()) == 0 || want.IsScalar() && want.Str() == "")
	case want.IsObject():
		for _, name := range want.Fields() {
			if !matches(name, got.Field(name), want.Field(name)) {
				return false
			}
		}
		return got.IsObject() && (field != "id" || len(got.Fields()) == len(want.Fields()))
	case want.IsList():
		return matchLists(field, got, want)
	case field == "internaldate":
		a, errA := time.Parse(time.RFC3339, got.Str())
		b, errB := time.Parse(time.RFC3339, want.Str())
		return errA == nil && errB == nil && a.Equal(b)
	case field == "attributes" || field == "capabilities":
		return strings.EqualFold(got.Str(), want.Str())
	}
	return vectors.Equal(got, want)
}

func matchLists(field string, got, want vectors.Value) bool {
	if field == "append_uids" || field == "pair" {
		return vectors.Equal(got, want)
	}
	items := want.List()
	switch field {
	case "messages":
		// What came without a UID may be left out.
		items = slices.DeleteFunc(slices.Clone(items), func(v vectors.Value) bool { return v.Field("uid").IsNull() })
	case "copy_uids":
		field = "pair"
	}
	left := slices.Clone(got.List())
	for _, w := range items {
		i := slices.IndexFunc(left, func(g vectors.Value) bool { return matches(field, g, w) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return len(left) == 0 && got.IsList()
}

// TestMatches keeps the comparison of this file honest.
func TestMatches(t *testing.T) {
	var want vectors.Value
	if err := want.UnmarshalJSON([]byte(`{"flags": {"any_of": [["a"], ["b", "a"]]}, "size": null}`)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		got  map[string]any
		want bool
	}{
		{map[string]any{"flags": []string{"a", "b"}}, true},
		{map[string]any{"flags": []string{"a", "b", "c"}}, false},
		{map[string]any{"flags": []string{"a"}, "size": 1}, false},
		{map[string]any{}, false},
	} {
		if got := matches("", vectors.Of(c.got), want); got != c.want {
			t.Errorf("matches(%v) = %v, want %v", c.got, got, c.want)
		}
	}
}
