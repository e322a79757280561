package cli

import "testing"

func TestLimitFollowsWhatIsLive(t *testing.T) {
	t.Parallel()
	for live, want := range map[int64]int64{0: memoryLimit, 10 << 20: memoryLimit, 200 << 20: 316 << 20} {
		if got := limitFor(live); got != want {
			t.Errorf("live %d: got %d, want %d", live, got, want)
		}
	}
	if liveMemory() <= 0 {
		t.Error("the runtime does not tell what is live")
	}
}
