package imaptest

import (
	"context"
	"crypto/tls"
	"testing"
	"time"

	"imapsync/internal/imap/snapshot"
)

// Snapshot reads an account over IMAP from any server; c is nil for clear text.
func Snapshot(t testing.TB, addr string, c *tls.Config, user, password string) snapshot.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	s, err := snapshot.Read(ctx, snapshot.Source{Addr: addr, TLS: c, User: user, Password: password})
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	return s
}

// Compare tells how got differs from want, one line per difference; none if they are equal.
func Compare(got, want snapshot.Snapshot, ignore ...snapshot.Option) []string {
	return snapshot.Compare(got, want, ignore...)
}
