package vectors

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Value is a decoded JSON value: null, boolean, number, byte string, list or object. The zero
// Value is an absent field; it is null too. Accessors never fail: what is not there, or of
// another kind, is the zero of the type asked for, so that tests read plainly.
type Value struct {
	v any // nil, bool, json.Number, string (bytes), []Value, map[string]Value
	p bool
}

// UnmarshalJSON decodes text, with the forms b64, concat and repeat of long and binary strings.
func (v *Value) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var raw any
	if err := d.Decode(&raw); err != nil {
		return err
	}
	out, err := convert(raw)
	*v = out
	return err
}

func convert(raw any) (Value, error) {
	switch x := raw.(type) {
	case []any:
		list := make([]Value, len(x))
		for i := range x {
			var err error
			if list[i], err = convert(x[i]); err != nil {
				return Value{}, err
			}
		}
		return Value{list, true}, nil
	case map[string]any:
		if s, ok, err := longString(x); ok || err != nil {
			return Value{s, true}, err
		}
		object := make(map[string]Value, len(x))
		for name := range x {
			var err error
			if object[name], err = convert(x[name]); err != nil {
				return Value{}, err
			}
		}
		return Value{object, true}, nil
	}
	return Value{raw, true}, nil
}

// longString decodes the objects that stand for a string.
func longString(x map[string]any) (s string, ok bool, err error) {
	if text, is := x["b64"].(string); is && len(x) == 1 {
		b, err := base64.StdEncoding.DecodeString(text)
		return string(b), true, err
	}
	if text, is := x["repeat"].(string); is && len(x) == 2 {
		n, is := x["n"].(json.Number)
		if !is {
			return "", false, fmt.Errorf("repeat without n")
		}
		count, err := strconv.Atoi(n.String())
		if err != nil || count < 0 || count*len(text) > 1<<28 {
			return "", false, fmt.Errorf("repeat of %q times", n)
		}
		return strings.Repeat(text, count), true, nil
	}
	parts, is := x["concat"].([]any)
	if !is || len(x) != 1 {
		return "", false, nil
	}
	var all strings.Builder
	for _, part := range parts {
		v, err := convert(part)
		if err != nil {
			return "", false, err
		}
		all.WriteString(v.Str())
	}
	return all.String(), true, nil
}

// Has reports whether the object has the field, null or not.
func (v Value) Has(name string) bool { return v.Field(name).p }

// Field is a field of an object, the absent Value when it has none of that name.
func (v Value) Field(name string) Value {
	object, _ := v.v.(map[string]Value)
	return object[name]
}

// Fields are the sorted names of an object.
func (v Value) Fields() []string {
	object, _ := v.v.(map[string]Value)
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Map is the object itself, nil for other kinds.
func (v Value) Map() map[string]Value {
	object, _ := v.v.(map[string]Value)
	return object
}

// List is the list itself, nil for other kinds.
func (v Value) List() []Value {
	list, _ := v.v.([]Value)
	return list
}

// Present reports whether the value was given at all, be it null.
func (v Value) Present() bool { return v.p }

// IsNull reports null or absent.
func (v Value) IsNull() bool { return v.v == nil }

// IsList reports a list.
func (v Value) IsList() bool { _, ok := v.v.([]Value); return ok }

// IsObject reports an object.
func (v Value) IsObject() bool { _, ok := v.v.(map[string]Value); return ok }

// IsScalar reports a boolean, a number or a string.
func (v Value) IsScalar() bool { return v.v != nil && !v.IsList() && !v.IsObject() }

// Str is the text of a scalar; booleans are "true" and "false", null and the rest are "".
func (v Value) Str() string {
	switch x := v.v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// Bytes is Str as bytes, nil for null.
func (v Value) Bytes() []byte {
	if v.IsNull() {
		return nil
	}
	return []byte(v.Str())
}

// Int is the integer of a number or numeric string, cut towards zero.
func (v Value) Int() int64 {
	if n, err := strconv.ParseInt(v.Str(), 10, 64); err == nil {
		return n
	}
	return int64(v.Float())
}

// Float is the number of a number or numeric string.
func (v Value) Float() float64 {
	f, _ := strconv.ParseFloat(v.Str(), 64)
	return f
}

// Bool is the truth of a scalar as the reference sees it: null, "", 0 and "0" are false.
func (v Value) Bool() bool {
	switch s := v.Str(); s {
	case "", "0", "false":
		return false
	}
	return true
}

// Strs are the texts of a list; a single scalar is a list of one, null is nil.
func (v Value) Strs() []string {
	if v.IsScalar() {
		return []string{v.Str()}
	}
	list := v.List()
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].Str()
	}
	return out
}

// Exit is the exit value of an output {"exit": N}.
func (v Value) Exit() (code int, ok bool) {
	object := v.Map()
	return int(object["exit"].Int()), len(object) == 1 && object["exit"].p
}

// Died reports the output {"died": true}: the reference has no defined result.
func (v Value) Died() bool { return v.Field("died").Bool() }

// String shows the value in test messages, bytes quoted.
func (v Value) String() string {
	switch {
	case !v.p:
		return "absent"
	case v.IsNull():
		return "null"
	case v.IsList():
		parts := make([]string, 0, len(v.List()))
		for _, item := range v.List() {
			parts = append(parts, item.String())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case v.IsObject():
		parts := make([]string, 0, len(v.Map()))
		for _, name := range v.Fields() {
			parts = append(parts, strconv.Quote(name)+": "+v.Field(name).String())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if s, ok := v.v.(string); ok {
		return strconv.Quote(s)
	}
	return v.Str()
}
