package endpoint

import (
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

func TestVectorsAppendLimit(t *testing.T) {
	t.Parallel()
	for _, c := range vectors.Load(t, "size_limits", "appendlimit_from_capability") {
		var got any
		if n, ok := appendLimit(imap.Caps(c.In.Field("capability").Strs())); ok {
			got = n
		}
		vectors.Check(t, c, got)
	}
}
