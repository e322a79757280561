package vectors

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	cases, err := parse("demo", []byte(`{"topic":"demo","cases":[{"name":"n","fn":"f","perl_only":true,"note":"why",
		"in":{"a":"été","b":{"b64":"6Q=="},"c":{"concat":["x",{"repeat":"ab","n":3},{"b64":"AA=="}]},"d":null,"e":[1,"2",null],"g":{"h":1.5},"i":true},
		"out":{"exit":6}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c := cases[0]
	if c.Topic != "demo" || c.Name != "n" || c.Fn != "f" || !c.PerlOnly || c.Note != "why" {
		t.Errorf("got %+v", c)
	}
	for name, want := range map[string]string{"a": "été", "b": "\xe9", "c": "xababab\x00", "d": "", "i": "true"} {
		if got := c.In.Field(name).Str(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if !c.In.Has("d") || !c.In.Field("d").IsNull() || c.In.Has("z") || c.In.Field("z").Present() {
		t.Error("null and absent are mixed up")
	}
	if got := strings.Join(c.In.Field("e").Strs(), "|"); got != "1|2|" {
		t.Errorf("list: got %q", got)
	}
	if got := c.In.Field("g").Field("h").Float(); got != 1.5 {
		t.Errorf("float: got %v", got)
	}
	if code, ok := c.Out.Exit(); code != 6 || !ok {
		t.Errorf("exit: got %d %v", code, ok)
	}
}

func TestEqual(t *testing.T) {
	value := func(text string) Value {
		var v Value
		if err := v.UnmarshalJSON([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return v
	}
	var none *string
	for _, test := range []struct {
		got  any
		json string
		want bool
	}{
		{12, `"12"`, true},
		{"12", `12`, true},
		{"012", `"12"`, false},
		{0.1 + 0.2, `0.3`, true},
		{0.31, `0.3`, false},
		{true, `1`, true},
		{false, `""`, true},
		{false, `null`, false},
		{nil, `null`, true},
		{none, `null`, true},
		{"", `null`, false},
		{[]byte("\xe9"), `{"b64":"6Q=="}`, true},
		{[]string{"a", "b"}, `["a","b"]`, true},
		{[]string{"a"}, `["a","b"]`, false},
		{[]string{}, `[]`, true},
		{map[string]any{"a": 1, "b": []int{2}}, `{"b":["2"],"a":1}`, true},
		{map[string]int{"a": 1}, `{"b":1}`, false},
	} {
		if got := Equal(test.got, value(test.json)); got != test.want {
			t.Errorf("Equal(%#v, %s): got %v, want %v", test.got, test.json, got, test.want)
		}
	}
}

// TestVectorsFiles reads every topic, so that a broken file shows here and not in its user.
func TestVectorsFiles(t *testing.T) {
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(files), err)
	}
	for _, file := range files {
		topic := strings.TrimSuffix(filepath.Base(file), ".json")
		if topic == "wire_quirks" {
			continue
		}
		names := map[string]bool{}
		for _, c := range Load(t, topic) {
			if c.Fn == "" || names[c.Name] {
				t.Errorf("%s: %q: no behaviour, or the name is there twice", topic, c.Name)
			}
			names[c.Name] = true
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"cases":[{"name":"a","in":{"x":{"concat":[{"repeat":"z","n":2}]}}}]}`)
	f.Add(`{"cases":[{"in":{"b64":"!"}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		cases, err := parse("fuzz", []byte(text))
		for _, c := range cases {
			if err == nil && !Equal(c.In, c.In) {
				t.Errorf("%s is not equal to itself", c.In)
			}
		}
	})
}
