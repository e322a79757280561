package message

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// ending are tools under which the run ends as soon as a text is in memory.
type ending struct {
	bench
	end context.CancelFunc
}

func (e ending) Whole(context.Context, int64) (func(), error) {
	e.end()
	return func() {}, nil
}

// TestEndWhileAnExpressionRuns ends a run whose expressions would match for minutes.
func TestEndWhileAnExpressionRuns(t *testing.T) {
	t.Parallel()
	const runaway = `(.*)(.*)(.*)(.*)zzzq`
	for name, o := range map[string]RewriteOptions{
		"regexmess": {RegexMess: []string{"s/" + runaway + "/x/s"}},
		"skipmess":  {SkipMess: []string{"m/" + runaway + "/s"}},
	} {
		r, bad := NewRewriter(o, false)
		if len(bad) > 0 {
			t.Fatal(bad)
		}
		ctx, end := context.WithCancel(t.Context())
		begin := time.Now()
		_, err := r.Rewrite(ctx, Letter{Text: stored(2 << 20)}, &shelf{}, ending{end: end})
		if took := time.Since(begin); !errors.Is(err, context.Canceled) || took > 4*time.Second {
			t.Errorf("%s: got %v after %v, want the end of the run at once", name, err, took)
		}
		end()
	}
}

// stored is a text of so many letters that is not in memory.
func stored(size int) Source { return onDisk{inMemory(strings.Repeat("a", size))} }

type onDisk struct{ inMemory }
