package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

// start starts servers that stop with the test, host1 filled, the largest message made small.
func start(t *testing.T) *Servers {
	t.Helper()
	s, err := Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	fill(s.Host1.Account, 100<<10)
	return s
}

// copyAccount does what a perfect run does.
func copyAccount(t *testing.T, s *Servers) {
	t.Helper()
	infos, err := s.Host1.Account.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range infos {
		src, dst := s.Host1.Account.Box(info.Path), s.Host2.Account.Make(info.Path, "")
		s.Host2.Account.Subscribe(info.Path, info.Subscribed)
		if parent, _, ok := strings.Cut(info.Path, "/"); ok {
			s.Host2.Account.Make(parent, "")
		}
		if dst.Status().Messages > 0 {
			continue
		}
		for _, m := range src.Messages() {
			text, err := src.Open(m.UID)
			if err != nil {
				t.Fatal(err)
			}
			dst.AddContent(text, m.Date.UTC(), m.Flags...)
		}
	}
}

func TestShowPasses(t *testing.T) {
	t.Parallel()
	s := start(t)
	runs := 0
	var out bytes.Buffer
	err := s.show(context.Background(), func(context.Context, []string) int {
		runs++
		copyAccount(t, s)
		return 0
	}, &out)
	if err != nil || runs != 2 || !strings.Contains(out.String(), "Everything is there") {
		t.Errorf("after %d runs: %v\n%s", runs, err, &out)
	}
}

func TestShowFindsFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault func(run int, one, two *server.MemoryAccount)
		want  string
	}{
		{"a message missing", func(_ int, _, two *server.MemoryAccount) { two.Box("Sent").Remove([]imap.UID{3}) }, "Sent: 1 missing, 0 too many"},
		{"a message doubled", func(run int, _, two *server.MemoryAccount) {
			if run == 1 {
				two.Box("Sent").Add(two.Box("Sent").Text(1), date(2020, 1, 1))
			}
		}, "Sent: 0 missing, 1 too many"},
		{"a flag lost", func(_ int, _, two *server.MemoryAccount) {
			two.Box("Sent").SetFlags([]imap.UID{2}, server.FlagsSet, nil, server.NoModSeqLimit)
		}, `Sent, message 2: (), not (\Seen)`},
		{"a folder missing", func(_ int, _, two *server.MemoryAccount) { two.Delete("To be empty") }, "To be empty: missing on host2"},
		{"a folder too many", func(_ int, _, two *server.MemoryAccount) { two.Make("New", "") }, "New: only on host2"},
		{"not subscribed", func(_ int, _, two *server.MemoryAccount) { two.Subscribe("Sent", false) }, "Sent: not subscribed"},
		{"host1 changed", func(_ int, one, _ *server.MemoryAccount) {
			one.Box("INBOX").SetFlags([]imap.UID{2}, server.FlagsAdd, []imap.Flag{imap.FlagSeen}, server.NoModSeqLimit)
		}, "host1 is as it was"},
		{"second run copied", func(run int, _, two *server.MemoryAccount) {
			if run == 2 {
				uid := two.Box("Sent").Add(two.Box("Sent").Text(1), date(2020, 1, 1))
				two.Box("Sent").Remove([]imap.UID{uid})
			}
		}, "second run copied and changed nothing"},
	} {
		s := start(t)
		run := 0
		var out bytes.Buffer
		err := s.show(context.Background(), func(context.Context, []string) int {
			run++
			copyAccount(t, s)
			tt.fault(run, s.Host1.Account, s.Host2.Account)
			return 0
		}, &out)
		if !errors.Is(err, ErrDifferent) || !strings.Contains(out.String(), tt.want) {
			t.Errorf("%s: got %v\n%s\nwant %q", tt.name, err, &out, tt.want)
		}
	}
}

func TestRunReportsTheExitValueAndCleansUp(t *testing.T) {
	t.Parallel()
	var caFile string
	err := Run(context.Background(), Options{}, func(_ context.Context, args []string) int {
		for _, a := range args {
			if file, ok := strings.CutPrefix(a, "SSL_ca_file="); ok {
				caFile = file
			}
		}
		return 12
	}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "exit value 12") {
		t.Errorf("got %v, want the exit value", err)
	}
	if _, err := os.Stat(caFile); caFile == "" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file %q is still there (%v)", caFile, err)
	}
}

func TestServersSpeakTLS(t *testing.T) {
	t.Parallel()
	s := start(t)
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	for _, h := range []Host{s.Host1, s.Host2} {
		nc, err := tls.Dial("tcp", net.JoinHostPort(h.Addr, strconv.Itoa(h.Port)), &tls.Config{RootCAs: pool})
		if err != nil {
			t.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		line := make([]byte, 4)
		if _, err := io.ReadFull(nc, line); err != nil || string(line) != "* OK" {
			t.Errorf("greeting %q, %v", line, err)
		}
		nc.Close()
	}
}

func TestSampleIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	a, err := contentsOf(start(t).Host1.Account)
	if err != nil {
		t.Fatal(err)
	}
	b, err := contentsOf(start(t).Host1.Account)
	if err != nil {
		t.Fatal(err)
	}
	if !same(a, b) {
		t.Error("two samples differ")
	}
}

func TestBigLetter(t *testing.T) {
	t.Parallel()
	small := newBigLetter(date(2020, 1, 1), 5000)
	whole := make([]byte, small.Size())
	if _, err := small.ReadAt(whole, 0); err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(io.NewSectionReader(small, 0, small.Size()), whole); err != nil {
		t.Error(err)
	}
	seen := map[[sha256.Size]byte]bool{}
	big := newBigLetter(date(2020, 1, 1), BigSize)
	for n := range int64(BigSize / lineLength) {
		line := bigLine(n)
		seen[sha256.Sum256(line[:])] = true
	}
	if len(seen) != BigSize/lineLength || big.Size() < BigSize*99/100 || big.Size() > BigSize {
		t.Errorf("%d different lines of %d, size %d", len(seen), BigSize/lineLength, big.Size())
	}
}
