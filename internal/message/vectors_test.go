package message

import (
	"bytes"
	"testing"

	"imapsync/internal/getopt"
	"imapsync/internal/vectors"
)

func TestVectorsHeaderNormalize(t *testing.T) {
	for _, c := range vectors.Load(t, "header_normalize", "header_line_normalize") {
		vectors.Check(t, c, appendNormal(nil, c.In.Field("name").Bytes(), c.In.Field("value").Bytes(), c.In.Field("messageidnodomain").Bool()))
	}
}

// TestVectorsHeaderParse leaves out decompose_header, which needs no counterpart.
func TestVectorsHeaderParse(t *testing.T) {
	for _, c := range vectors.Load(t, "header_parse", "extract_header", "subject") {
		text := c.In.Field("message").Bytes()
		if c.Fn == "subject" {
			vectors.Check(t, c, Field(text, "Subject"))
		} else {
			vectors.Check(t, c, headerBlock(text))
		}
	}
}

func TestVectorsHeaderIdentity(t *testing.T) {
	for _, c := range vectors.Load(t, "header_identity", "header_construct", "parse_header_msg", "from_raw") {
		id := identifier(t, c.In)
		switch c.Fn {
		case "header_construct":
			l := new(lines)
			for _, name := range c.In.Field("headers").Fields() {
				for _, value := range c.In.Field("headers").Field(name).List() {
					id.take(l, []byte(name), value.Bytes())
				}
			}
			out := map[string]any{"lines": l.sorted(), "key_text": bytes.Join(l.sorted(), nil)}
			if len(l.ends) == 0 {
				out["key_text"] = nil
			}
			vectors.Check(t, c, out)
		case "from_raw":
			out := []any{}
			for _, m := range c.In.Field("messages").List() {
				l := new(lines)
				id.collect(l, m.Field("raw").Bytes(), false)
				out = append(out, map[string]any{"uid": m.Field("uid"), "lines": l.sorted()})
			}
			vectors.Check(t, c, out)
		case "parse_header_msg":
			vectors.Check(t, c, classes(id, c.In))
		}
	}
}

func identifier(t *testing.T, in vectors.Value) *Identifier {
	t.Helper()
	id, err := NewIdentifier(Options{
		UseHeader:         in.Field("useheader").Strs(),
		SkipHeader:        getopt.String{Given: true, Value: in.Field("skipheader").Str()},
		MessageIDNoDomain: getopt.Bool{Given: true, Value: in.Field("messageidnodomain").Bool()},
		SkipSize:          getopt.Bool{Given: true, Value: in.Field("skipsize").Bool()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Field("useheader").List()) == 0 {
		id.use, id.wanted = []string{}, nil // no option: the reference's function without any field
	}
	return id
}

// classes sorts the messages of one folder by their full key. A message without one is on its own:
// it gets a synthetic header from --addheader, or is recognised by its fallback key elsewhere.
func classes(id *Identifier, in vectors.Value) map[string]any {
	var groups [][]int64
	index := map[Key]int{}
	kept := []int64{}
	results := []any{}
	for _, m := range in.Field("messages").List() {
		var header []byte
		for _, name := range m.Field("headers").Fields() {
			for _, value := range m.Field("headers").Field(name).Strs() {
				header = append(header, name+": "+value+"\r\n"...)
			}
		}
		if m.Has("whole_header") {
			header = m.Field("whole_header").Bytes()
		}
		uid := m.Field("uid").Int()
		result := map[string]any{"uid": uid, "ret": 1}
		results = append(results, result)
		key := id.Full(header, m.Field("size").Int())
		at, known := index[key]
		switch {
		case key.IsZero() && (!in.Field("addheader").Bool() || in.Field("side").Str() == "Host2"):
			result["ret"] = nil
			continue
		case key.IsZero():
			result["added_header"] = true
		case known:
			result["ret"] = 0
			groups[at] = append(groups[at], uid)
			if in.Field("syncduplicates").Bool() {
				kept = append(kept, uid)
			}
			continue
		default:
			index[key] = len(groups)
		}
		groups = append(groups, []int64{uid})
	}
	if groups == nil {
		groups = [][]int64{}
	}
	return map[string]any{"classes": groups, "duplicates_kept": kept, "results": results}
}
