package imaptest

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

var date = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)

// serve runs a server with the user u, password p, for the length of the test.
func serve(t *testing.T, cfg server.Config, fill func(*server.MemoryAccount)) source {
	t.Helper()
	store := server.NewMemory()
	fill(store.AddUser("u", `p"\`))
	cfg.Store = store
	srv := server.New(cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return source{addr: l.Addr().String(), user: "u", password: `p"\`}
}

func read(t *testing.T, src source) Snapshot {
	t.Helper()
	s, err := readAccount(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fill(a *server.MemoryAccount) {
	a.Box("INBOX").Add([]byte("Message-Id: <1@x>\r\n\r\none\r\n"), date, imap.FlagSeen, "Key")
	a.Box("INBOX").Add([]byte("two"), date.Add(time.Hour))
	a.Box("INBOX").Add([]byte("two"), date, imap.FlagFlagged)
	a.Make(`A "B"/C`, `\Sent`).Add(bytes.Repeat([]byte("long "), 100_000), date)
	a.Make("Empty", "")
	a.Subscribe("Gone", true)
}

func TestReadAndCompare(t *testing.T) {
	t.Parallel()
	a := read(t, serve(t, server.Config{}, fill))
	b := read(t, serve(t, server.Config{Prefix: "INBOX.", Separator: '.'}, fill))
	if d := Compare(a, b); d != nil {
		t.Errorf("two equal accounts differ: %q", d)
	}
	if n, octets := a.Count(); n != 4 || octets != 500_032 {
		t.Errorf("count: got %d messages of %d octets, want 4 of 500032", n, octets)
	}
	f, _ := a.Find(`A "B"/C`)
	if !f.Selectable || !f.Subscribed || f.SpecialUse != `\Sent` || len(f.Messages) != 1 || f.Messages[0].Size != 500_000 {
		t.Errorf("got %+v", f)
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	want := read(t, serve(t, server.Config{}, fill))
	for _, tt := range []struct {
		name   string
		change func(*server.MemoryAccount)
		ignore []Ignore
		want   []string // parts of the lines
	}{
		{"message missing", func(a *server.MemoryAccount) { a.Box("INBOX").Remove([]imap.UID{1}) }, nil, []string{"INBOX: message missing: UID 1, <1@x>, 26 octets"}},
		{"doubled", func(a *server.MemoryAccount) { a.Box("INBOX").Add([]byte("two"), date) }, nil, []string{"INBOX: message too many: UID 4, no Message-Id, 3 octets"}},
		{"changed", func(a *server.MemoryAccount) {
			a.Box("INBOX").Remove([]imap.UID{1})
			a.Box("INBOX").Add([]byte("Message-Id: <1@x>\r\n\r\none.\r\n"), date)
		}, nil, []string{"missing: UID 1", "too many: UID 4"}},
		{"flags", func(a *server.MemoryAccount) {
			a.Box("INBOX").SetFlags([]imap.UID{1}, server.FlagsSet, []imap.Flag{"KEY"}, server.NoModSeqLimit)
		}, nil, []string{`flags (key), want (\seen key)`}},
		{"folder missing", func(a *server.MemoryAccount) { a.Delete("Empty") }, nil, []string{"Empty: folder missing (0 messages)"}},
		{"empty folder ignored", func(a *server.MemoryAccount) { a.Delete("Empty") }, []Ignore{IgnoreEmpty}, nil},
		{"folder too many", func(a *server.MemoryAccount) { a.Make("New", "") }, nil, []string{"New: folder too many"}},
		{"subscription", func(a *server.MemoryAccount) { a.Subscribe("Empty", false) }, nil, []string{"Empty: subscribed is false, want true"}},
		{"order", func(a *server.MemoryAccount) {
			a.Box("INBOX").Remove([]imap.UID{1})
			a.Box("INBOX").Add([]byte("Message-Id: <1@x>\r\n\r\none\r\n"), date, imap.FlagSeen, "Key")
		}, nil, []string{"another order"}},
		{"order ignored", func(a *server.MemoryAccount) {
			a.Box("INBOX").Remove([]imap.UID{1})
			a.Box("INBOX").Add([]byte("Message-Id: <1@x>\r\n\r\none\r\n"), date, imap.FlagSeen, "Key")
		}, []Ignore{IgnoreOrder}, nil},
	} {
		got := read(t, serve(t, server.Config{}, func(a *server.MemoryAccount) { fill(a); tt.change(a) }))
		lines := Compare(got, want, tt.ignore...)
		if len(lines) != len(tt.want) {
			t.Errorf("%s: got %q, want %d lines", tt.name, lines, len(tt.want))
			continue
		}
		for i, part := range tt.want {
			if !strings.Contains(lines[i], part) {
				t.Errorf("%s: got %q, want it to contain %q", tt.name, lines[i], part)
			}
		}
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	src := serve(t, server.Config{}, fill)
	src.password = "wrong"
	if _, err := readAccount(context.Background(), src); err == nil || !strings.Contains(err.Error(), "AUTHENTICATIONFAILED") {
		t.Errorf("got %v, want the server's words", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		if nc, err := l.Accept(); err == nil {
			defer nc.Close()
			cancel()
			nc.Read(make([]byte, 1))
		}
	}()
	if _, err := readAccount(ctx, source{addr: l.Addr().String()}); err == nil {
		t.Error("reading from a silent server ended without error")
	}
}

func FuzzResponse(f *testing.F) {
	f.Add([]byte("* 1 FETCH (UID 1 FLAGS (\\Seen) INTERNALDATE \" 2-Jan-2020 03:04:05 +0000\" BODY[] {3}\r\nabc)\r\n"))
	f.Add([]byte("* LIST (\\HasChildren) \"/\" {3}\r\nabc\r\n* OK [X (] text\r\n"))
	f.Add([]byte("* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		r := &reader{connection: connection{br: bufio.NewReader(bytes.NewReader(input))}}
		r.body = r.digest
		for {
			words, err := r.response()
			if err != nil {
				return
			}
			for _, w := range words {
				r.message(w.list)
			}
		}
	})
}
