package plan

import (
	"runtime"
	"testing"

	"imapsync/internal/imap"
)

// BenchmarkMillion decides about a million messages that are on both sides. Rows of host1 come as
// the engine reads them, in chunks that it forgets. "held-B" is the memory that is still in use
// when all is decided.
func BenchmarkMillion(b *testing.B) {
	const n, chunk = 1_000_000, 500
	row := func(i int) Row { return Row{UID: imap.UID(i + 1), Size: 4000, Short: numbered('m', i)} }
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		f := New(Rules{}, &FlagSets{}, nil)
		rows := make([]Row, chunk)
		each := func(add func(rows []Row)) {
			for i := 0; i < n; i += chunk {
				for j := range rows {
					rows[j] = row(i + j)
				}
				add(rows)
			}
		}
		each(func(rows []Row) { f.AddDest(rows) })
		proof, ok := Prove(true, n, n)
		if !ok {
			b.Fatal("a complete listing is not believed")
		}
		f.DestDone(proof)
		skips, copies := 0, 0
		decide := func() bool {
			s := f.Decide()
			skips, copies = skips+len(s.Skips), copies+len(s.Copies)
			return s.More
		}
		each(func(rows []Row) { f.AddSource(rows); decide() })
		f.SourceDone()
		for decide() {
		}
		if skips != n || copies != 0 {
			b.Fatalf("got %d skips and %d copies, want %d and none", skips, copies, n)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(f)
	}
	b.ReportMetric(float64(after.HeapAlloc)-float64(before.HeapAlloc), "held-B")
}
