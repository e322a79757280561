package plan

import (
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

func TestCompareSizes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src, dst int64
		want     int
	}{
		{0, 0, 0}, {100, 2148, 0}, {100, 2149, -1}, {2148, 100, 0}, {2149, 100, 1},
		{1 << 30, 1<<30 + 1<<30/100, 0}, {1 << 30, 1<<30 + 1<<30/100 + 1, -1}, {-1, 100, -1}, {100, -1, 1},
	}
	for _, tt := range tests {
		if got := compareSizes(tt.src, tt.dst); got != tt.want {
			t.Errorf("%d on host1, %d on host2: got %d, want %d", tt.src, tt.dst, got, tt.want)
		}
	}
}

func TestMayHold(t *testing.T) {
	t.Parallel()
	tests := []struct {
		open openSizes
		size int64
		want bool
	}{
		{nil, 100, false}, {openSizes{100}, 100, true}, {openSizes{2300}, 100, false}, {openSizes{2248}, 100, true},
		{openSizes{10, 50000, 90000}, 100000, true}, {openSizes{10, 20000, 300000}, 100000, false},
		{openSizes{-1, 300000}, 10, true}, {openSizes{300000}, -1, true},
	}
	for _, tt := range tests {
		if got := tt.open.mayHold(tt.size); got != tt.want {
			t.Errorf("%d among %v: got %t, want %t", tt.size, tt.open, got, tt.want)
		}
	}
}

// TestSizes pairs by size: in UID order where that is possible, else as many as can be.
func TestSizes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		src, dst []int64
		want     string
	}{
		{"the first ones were copied", []int64{200, 100, 300}, []int64{260, 160}, "1=1 2=2"},
		{"another order", []int64{100, 90000}, []int64{90100, 160}, "1=2 2=1"},
		{"as many as can be", []int64{1000, 4000}, []int64{2500, 900, 90000}, "1=2 2=1"},
		{"one too many", []int64{100, 9000, 20000}, []int64{9100, 20100}, "2=1 3=2"},
		{"no agreement", []int64{100}, []int64{9000}, ""},
		{"unknown sizes", []int64{-1, 100}, []int64{-1, 100}, "2=2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := New(Rules{}, &FlagSets{}, nil)
			p := pairing{f: f}
			for n, size := range tt.dst {
				f.AddDest([]Row{{UID: imap.UID(n + 1), Size: size, Short: key("d")}})
				p.dst = append(p.dst, int32(n))
			}
			f.DestDone(Complete{})
			for n, size := range tt.src {
				f.AddSource([]Row{{UID: imap.UID(n + 1), Size: size, Short: key("s")}})
				p.src = append(p.src, int32(n))
			}
			p.sizes(anyKey)
			var got []string
			for i := range tt.src {
				for _, pair := range f.out.Pairs {
					if pair.Src == imap.UID(i+1) {
						got = append(got, fmt.Sprintf("%d=%d", pair.Src, pair.Dst))
					}
				}
			}
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("got %q, want %q", g, tt.want)
			}
			if len(p.src) != len(tt.src)-len(got) || len(p.dst) != len(tt.dst)-len(got) {
				t.Errorf("left over: got %v and %v", p.src, p.dst)
			}
		})
	}
}

// TestQuestions are asked once, and not at all when the answer is there.
func TestQuestions(t *testing.T) {
	t.Parallel()
	f := New(Rules{}, &FlagSets{}, nil)
	f.AddDest([]Row{{UID: 9}})
	f.DestDone(Complete{proven: true})
	f.Identify(account.Host2, 9, message.Key{}, key("f"))
	f.AddSource([]Row{{UID: 1}, {UID: 2}})
	f.Identify(account.Host1, 2, message.Key{}, key("g"))
	for _, want := range []string{"[1] []", "[] []"} {
		src, dst := f.Needs()
		if got := fmt.Sprint(src, dst); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
