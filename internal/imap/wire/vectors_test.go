package wire

import (
	"testing"

	"imapsync/internal/vectors"
)

// TestVectorsDateEpoch reads the recorded internal dates. A date on which the reference stops is none.
func TestVectorsDateEpoch(t *testing.T) {
	for _, c := range vectors.Load(t, "date_epoch") {
		date, ok := ParseDate(c.In.Field("date").Str())
		var got any
		if ok {
			got = date.Unix()
		}
		vectors.CheckEqual(t, c, vectors.Equal(got, c.Out) || !ok && c.Out.IsObject(), got)
	}
}
