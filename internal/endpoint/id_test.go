package endpoint

import (
	"slices"
	"testing"

	"imapsync/internal/vectors"
)

func TestVectorsIMAPID(t *testing.T) {
	t.Parallel()
	for _, c := range vectors.Load(t, "imap_id") {
		var fields [][2]string
		over := c.In.Field("terms")
		if c.Fn == "imapsync_id" {
			fields = append(fields, identity...)
			over = c.In.Field("over")
		}
		for _, name := range over.Fields() {
			value := over.Field(name).Str()
			if i := slices.IndexFunc(fields, func(f [2]string) bool { return f[0] == name }); i >= 0 {
				fields[i][1] = value
			} else {
				fields = append(fields, [2]string{name, value})
			}
		}
		vectors.Check(t, c, formatID(sortID(fields)))
	}
}
