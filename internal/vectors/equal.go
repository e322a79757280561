package vectors

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"testing"
)

// Check compares what the program gave for c with what the reference gave, after a look at the
// table of differences: a listed case must differ, and any other must be [Equal].
func Check(t testing.TB, c Case, got any) {
	t.Helper()
	CheckEqual(t, c, Equal(got, c.Out), got)
}

// CheckEqual is Check for tests that compare by themselves; got is for the message.
func CheckEqual(t testing.TB, c Case, equal bool, got any) {
	t.Helper()
	d, listed := Different(c)
	switch {
	case listed && equal && (d.Name != "" || os.Getenv(FolderVariable) == ""):
		t.Errorf("%s: %s: agrees with the reference, but is listed as different (row %d, %s)", c.Topic, c.Name, d.Row, d.Reason)
	case !listed && !equal:
		t.Errorf("%s: %s: %s(%s)\n got %s\nwant %s", c.Topic, c.Name, c.Fn, c.In, Of(got), c.Out)
	}
}

// Equal compares a Go value with a recorded one: scalars as text, floating point numbers with a
// small tolerance, a boolean also with 0, 1 and "". Objects are maps with string keys or Values.
func Equal(got any, want Value) bool { return equal(Of(got), want) }

func equal(got, want Value) bool {
	switch {
	case got.IsNull() || want.IsNull():
		return got.IsNull() && want.IsNull()
	case got.IsList() || want.IsList():
		a, b := got.List(), want.List()
		if !got.IsList() || !want.IsList() || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case got.IsObject() || want.IsObject():
		a, b := got.Map(), want.Map()
		if !got.IsObject() || !want.IsObject() || len(a) != len(b) {
			return false
		}
		for name := range a {
			if other, ok := b[name]; !ok || !equal(a[name], other) {
				return false
			}
		}
		return true
	}
	return scalarEqual(got, want)
}

func scalarEqual(got, want Value) bool {
	a, b := got.Str(), want.Str()
	if a == b {
		return true
	}
	if isBool(got) || isBool(want) {
		return truth(a) != "" && truth(a) == truth(b)
	}
	if !isNumber(got) && !isNumber(want) {
		return false
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-6*max(1, math.Abs(x), math.Abs(y))
}

func isBool(v Value) bool   { _, ok := v.v.(bool); return ok }
func isNumber(v Value) bool { _, ok := v.v.(json.Number); return ok }

func truth(s string) string {
	switch s {
	case "true", "1":
		return "true"
	case "false", "0", "":
		return "false"
	}
	return ""
}

// Of makes a Value of a Go value: nil, booleans, numbers, strings, byte slices, slices, pointers
// (nil is null) and maps with string keys.
func Of(x any) Value {
	switch x := x.(type) {
	case nil:
		return Value{nil, true}
	case Value:
		return x
	case []byte:
		return Value{string(x), true}
	case fmt.Stringer:
		return Value{x.String(), true}
	}
	r := reflect.ValueOf(x)
	switch r.Kind() {
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return Value{nil, true}
		}
		return Of(r.Elem().Interface())
	case reflect.Slice, reflect.Array:
		list := make([]Value, r.Len())
		for i := range list {
			list[i] = Of(r.Index(i).Interface())
		}
		return Value{list, true}
	case reflect.Map:
		object := make(map[string]Value, r.Len())
		for _, key := range r.MapKeys() {
			object[key.String()] = Of(r.MapIndex(key).Interface())
		}
		return Value{object, true}
	case reflect.Bool:
		return Value{r.Bool(), true}
	case reflect.String:
		return Value{r.String(), true}
	}
	return Value{json.Number(fmt.Sprint(x)), true}
}
