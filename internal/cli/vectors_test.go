package cli

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/vectors"
)

func TestVectorsOptions(t *testing.T) {
	for _, c := range vectors.Load(t, "options", "parse") {
		vectors.Check(t, c, parseResult(c.In.Field("args").Strs()))
	}
	for _, c := range vectors.Load(t, "options", "effective") {
		args := c.In.Field("args").Strs()
		if len(args) == 0 {
			vectors.Check(t, c, map[string]any{"all": effective(t, nil)})
			continue
		}
		vectors.Check(t, c, effectiveResult(t, args))
	}
}

func parseResult(args []string) map[string]any {
	o := newOptions()
	toStdout, toStderr, ok := o.parse(args)
	result := map[string]any{"changed": given(o)}
	if ok {
		result["ret"] = len(args)
	} else {
		result["ret"] = nil
	}
	if len(toStderr) > 0 {
		result["messages"] = toStderr[:len(toStderr)-1] // without the hint, which is ours
	}
	if len(toStdout) > 0 {
		result["printed"] = strings.Join(toStdout, "\n") + "\n"
	}
	return result
}

func effectiveResult(t *testing.T, args []string) map[string]any {
	t.Helper()
	if _, _, ok := newOptions().parse(args); !ok {
		return map[string]any{"ret": nil}
	}
	o := newOptions()
	o.parse(args)
	o.applyPresets()
	if _, problems := o.settle(); len(problems) > 0 {
		return map[string]any{"exit": exitUsage}
	}
	changed := effective(t, args)
	for name, value := range effective(t, nil) {
		if vectors.Equal(changed[name], vectors.Of(value)) {
			delete(changed, name)
		}
	}
	return map[string]any{"changed": changed}
}

// given are the values of the options that have one, as the reference's variables hold them.
func given(o *options) map[string]any {
	values := map[string]any{}
	for _, opt := range o.Options() {
		texts := opt.Texts()
		switch {
		case texts == nil:
		case opt.Kind() == getopt.Words:
			values[opt.Name()] = texts
		case opt.Kind() == getopt.Keyed:
			pairs := map[string]string{}
			for _, text := range texts {
				key, value, _ := strings.Cut(text, "=")
				pairs[key] = value
			}
			values[opt.Name()] = pairs
		default:
			values[opt.Name()] = texts[0]
		}
	}
	return values
}

// effective are the values after presets, implications and defaults. What the reference keeps in a
// variable and we settle where it is used is added as the reference shows it.
func effective(t *testing.T, args []string) map[string]any {
	t.Helper()
	o := newOptions()
	o.parse(args)
	o.complete()
	values := map[string]any{}
	for _, r := range referenceOptions(t) {
		if r.value != "" {
			values[r.name] = r.value
		}
	}
	// These have their default at the place of use; the reference leaves its variable empty.
	for _, name := range []string{"debugssl", "buffersize"} {
		delete(values, name)
	}
	values["useheader"] = []string{"Message-Id", "Received"}
	values["dry_message"] = ""
	for name, value := range given(o) {
		values[name] = value
	}
	if o.on("dry") {
		values["dry_message"] = "\t(not really since --dry mode)"
	}
	rewriters, _ := values["regexmess"].([]string)
	if o.on("disarmreadreceipts") {
		values["regexmess"] = append(rewriters, "<expression of disarmreadreceipts>")
	}
	flags, _ := values["regexflag"].([]string)
	if o.on("filterbuggyflags") {
		values["regexflag"] = append([]string{"<expression of filterbuggyflags>"}, flags...)
	}
	for _, side := range account.Sides {
		n, own := side.Digit(), o.side(side)
		e, errs := endpoint.New(side, endpoint.Options{Host: own.Host}, endpoint.Common{}, nil, event.Discard)
		if errs != nil {
			t.Fatal(errs)
		}
		if own.Host.Given {
			values["host"+n] = e.Host()
		}
		if !o.on("port" + n) {
			values["port"+n] = map[bool]string{true: "993", false: "143"}[o.on("ssl"+n)]
		}
		if !o.on("split" + n) {
			values["split"+n] = "100"
		}
		values["authmech"+n] = mechanismShown(o, n)
	}
	return values
}

func mechanismShown(o *options, n string) string {
	switch {
	case o.on("authmech" + n):
		return strings.ToUpper(o.text("authmech" + n))
	case o.on("authmd5" + n):
		return "CRAM-MD5"
	case o.on("authuser" + n):
		return "PLAIN"
	}
	return "LOGIN"
}

func TestVectorsMasking(t *testing.T) {
	for _, c := range vectors.Load(t, "masking") {
		words := c.In.Field("argv").Strs()
		if c.In.Has("cmdcgi") {
			continue // behind a web server, which this program is not made for
		}
		if !c.In.Field("showpasswords").Bool() {
			words = newOptions().Mask(words)
		}
		vectors.Check(t, c, strings.Join(words, " "))
	}
}

// elsewhere are the cleaning rules of other packages, tested there, and helpers of the reference
// that need no counterpart.
var elsewhere = map[string]string{
	"sanitize_host":              "internal/endpoint",
	"sanitize_subfolder":         "internal/folder",
	"make_f1f2":                  "internal/folder",
	"remove_doublequotes_if_any": "internal/imap/wire, where quotes are read",
	"remove_qq":                  "no counterpart",
	"decompose_regex":            "no counterpart",
	"backslash_caret":            "no counterpart",
	"tmpdir_has_colon_bug":       "no counterpart",
	"convert_sep_to_slash":       "no counterpart",
	"split_around_equal":         "no counterpart",
}

func TestVectorsStrings(t *testing.T) {
	for _, c := range vectors.Load(t, "strings") {
		text := c.In.Field("string")
		var got any
		switch {
		case elsewhere[c.Fn] != "":
			continue
		case c.Fn == "sanitize":
			got = trimmed(c.In)
		case text.IsNull():
		case c.Fn == "remove_edging_blanks":
			got = trimBlanks(text.Str())
		case c.Fn == "slash_to_underscore":
			got = slashToUnderscore(text.Str())
		case c.Fn == "filter_forbidden_characters":
			got = replaceForbidden(text.Str())
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
			continue
		}
		vectors.Check(t, c, got)
	}
}

// trimmed gives the options of a case and reads back what trim made of them.
func trimmed(in vectors.Value) map[string]any {
	o := newOptions()
	for _, name := range in.Fields() {
		if !in.Field(name).IsNull() {
			o.give(name, in.Field(name).Str())
		}
	}
	o.trim()
	got := map[string]any{}
	for _, name := range in.Fields() {
		got[name] = nil
		if o.given(name) {
			got[name] = o.text(name)
		}
	}
	return got
}

func TestVectorsFileNames(t *testing.T) {
	for _, c := range vectors.Load(t, "file_names", "logfile", "setlogfile", "logfilesuffix") {
		in := c.In
		var got string
		switch c.Fn {
		case "logfile":
			got = datedName(seconds(in.Field("time")), in.Field("suffix").Str(), in.Field("dir").Str())
		case "logfilesuffix":
			got = logSuffix(in.Field("user1").Str(), in.Field("user2").Str(), in.Field("supplement").Str())
		case "setlogfile":
			file := in.Field("logfile")
			if supplement := in.Field("supplement").Str(); supplement != "" && supplement != "0" {
				continue // of the web face, which this program does not have
			}
			got = logName{
				start: seconds(in.Field("timestart")),
				user1: in.Field("user1").Str(), user2: in.Field("user2").Str(),
				dir:  in.Field("logdir").Str(),
				file: file.Str(), given: !file.IsNull(),
				abort: in.Field("abort").Bool() || in.Field("abortbyfile").Bool(),
			}.path()
		}
		vectors.Check(t, c, got)
	}
}

// seconds is a time of the recordings, which may have a fraction and stands in UTC.
func seconds(v vectors.Value) time.Time {
	whole, fraction, _ := strings.Cut(v.Str(), ".")
	n, _ := strconv.ParseInt(whole, 10, 64)
	nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	return time.Unix(n, nanos).UTC()
}
