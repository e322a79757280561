package state

import (
	"context"
	"testing"

	"imapsync/internal/imap"
)

// BenchmarkAdd writes pairs as a copy does.
func BenchmarkAdd(b *testing.B) {
	s := mustOpen(b, b.TempDir(), ReadWrite)
	f := mustFolder(b, s, route, 1)
	b.ReportAllocs()
	for n := range b.N {
		f.Add(known(imap.UID(n+1), imap.UID(n+1)))
	}
	if err := s.Flush(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOpenAndRead is the beginning of a run that finds 100,000 pairs.
func BenchmarkOpenAndRead(b *testing.B) {
	dir := b.TempDir()
	remember(b, dir, 100000)
	b.ReportAllocs()
	for b.Loop() {
		s := mustOpen(b, dir, ReadOnly)
		if pairs, err := mustFolder(b, s, route, 1).Pairs(context.Background(), false); err != nil || len(pairs) != 100000 {
			b.Fatal(len(pairs), err)
		}
		s.Close()
	}
}
