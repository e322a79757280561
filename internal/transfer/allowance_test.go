package transfer

import (
	"testing"

	"imapsync/internal/plan"
	"imapsync/internal/vectors"
)

func copiesOf(sizes ...int64) (out []plan.Copy) {
	for _, s := range sizes {
		out = append(out, plan.Copy{Row: plan.Row{Size: s}})
	}
	return out
}

// TestAllowance lets as many go as a program would send that asks after each.
func TestAllowance(t *testing.T) {
	t.Parallel()
	a := newAllowance(100)
	all := copiesOf(60, 30, 20, 10)
	if n := a.take(all); n != 3 {
		t.Fatalf("got %d allowed, want 3: the third passes the limit", n)
	}
	// One is refused: there is room again, for whoever waits.
	got := make(chan int)
	go func() { got <- a.take(all[3:]) }()
	a.settle(all[2], 0)
	if n := <-got; n != 1 {
		t.Fatalf("got %d allowed after a refusal, want 1", n)
	}
	if _, reached := a.settle(all[0], 60); reached || a.over() {
		t.Error("60 of 100: the limit is reached")
	}
	if total, reached := a.settle(all[1], 45); !reached || total != 105 {
		t.Errorf("one was bigger than announced: got %d, reached %t, want 105 and true", total, reached)
	}
	if n := a.take(all); n != 0 || !a.over() {
		t.Errorf("got %d allowed at the limit", n)
	}
	if _, reached := a.settle(all[3], 10); reached {
		t.Error("the limit is told twice")
	}
	if n := newAllowance(0).take(all); n != 4 {
		t.Errorf("got %d allowed without a limit, want all", n)
	}
}

// TestVectorsExitWhenOver asks after each message whether the limit is reached.
func TestVectorsExitWhenOver(t *testing.T) {
	t.Parallel()
	for _, c := range vectors.Load(t, "deletion", "total_bytes_max_reached") {
		limit, total := c.In.Field("exitwhenover").Int(), c.In.Field("total_bytes_transferred").Int()
		a := newAllowance(limit)
		one := copiesOf(total)[0]
		a.take([]plan.Copy{one})
		stored, reached := a.settle(one, total)
		out := map[string]any{"nb_errors": 0, "printed": "", "ret": nil}
		if reached {
			out = map[string]any{"nb_errors": 1, "printed": exceeded(stored, limit).Text + "\n", "ret": 1}
		}
		vectors.Check(t, c, out)
	}
}
