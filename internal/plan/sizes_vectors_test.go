package plan

import (
	"strconv"
	"strings"
	"testing"

	"imapsync/internal/getopt"
	"imapsync/internal/vectors"
)

// option is a recorded number, perhaps not given.
func option(v vectors.Value) getopt.Int {
	if !v.Present() || v.IsNull() {
		return getopt.Int{}
	}
	return limit(v.Int())
}

// TestVectorsSizeLimits settles the limits and applies them, to copies and to flags. What
// CAPABILITY tells is read by package endpoint.
func TestVectorsSizeLimits(t *testing.T) {
	t.Parallel()
	for _, c := range vectors.Load(t, "size_limits") {
		in := c.In
		rules := Rules{MaxSize: option(in.Field("maxsize")), MinSize: option(in.Field("minsize"))}
		size := option(in.Field("size")).Value
		switch c.Fn {
		case "maxsize_setting":
			announced := getopt.Int{}
			for _, item := range in.Field("capability").Strs() {
				if value, ok := strings.CutPrefix(item, "APPENDLIMIT="); ok && !announced.Given {
					n, err := strconv.ParseInt(value, 10, 64)
					announced = getopt.Int{Given: err == nil && n >= 0, Value: n}
				}
			}
			got, lines := LimitSize(rules.MaxSize, option(in.Field("appendlimit")), announced)
			out := map[string]any{"maxsize": nil, "printed": ""}
			if got.Given {
				out["maxsize"] = got.Value
			}
			for _, l := range lines {
				out["printed"] = out["printed"].(string) + l + "\n"
			}
			vectors.Check(t, c, out)
		case "size_filtered":
			why, octets := rules.sizeReason(size)
			printed := ""
			if text := (Skip{Size: size, Reason: why, Limit: octets}).SizeText(); text != "" {
				printed = "msg A/7 skipped (" + text + ")\n"
			}
			vectors.Check(t, c, map[string]any{"filtered": why != ReasonNone, "printed": printed})
		case "size_filtered_flag":
			vectors.Check(t, c, !rules.flagsSized(size))
		case "search_in_array", "appendlimit_from_capability":
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
		}
	}
}
