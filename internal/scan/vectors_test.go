package scan

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/imaptest"
	"imapsync/internal/vectors"
)

// age is a recorded age, nil for none.
func age(v vectors.Value) *float64 {
	if v.IsNull() || !v.Present() {
		return nil
	}
	f := v.Float()
	return &f
}

// TestVectorsAgeSelection gives the recorded lists the sense they have: those that --maxage finds
// and those that --minage finds. Their order does not matter, what is listed is in that of UIDs.
func TestVectorsAgeSelection(t *testing.T) {
	t.Parallel()
	for _, c := range vectors.Load(t, "age_selection") {
		maxAge, minAge := age(c.In.Field("maxage")), age(c.In.Field("minage"))
		var got []int
		switch c.Fn {
		case "msgs_from_maxmin":
			a := newAges(time.Unix(0, 0), maxAge, minAge)
			young, old := uids(c.In.Field("max").Strs()), uids(c.In.Field("min").Strs())
			for _, uid := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(young, old)))) {
				// Without any age nothing is searched for, and nothing found.
				if a.any() && a.combine(func() bool { return slices.Contains(young, uid) }, func() bool { return slices.Contains(old, uid) }) {
					got = append(got, uid)
				}
			}
		case "select_by_fetch":
			got = arrivals(t, c, maxAge, minAge)
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
		}
		want := uids(c.Out.Strs())
		slices.Sort(want)
		vectors.CheckEqual(t, c, slices.Equal(got, want), got)
	}
}

// arrivals lists a folder whose server gives the recorded dates, without SEARCH.
func arrivals(t *testing.T, c vectors.Case, maxAge, minAge *float64) (got []int) {
	t.Helper()
	sel := &Selection{arrivals: true, ages: newAges(time.Unix(c.In.Field("now").Int(), 0), maxAge, minAge)}
	r := newRows(Want{Selection: sel})
	for uid, date := range c.In.Field("dates").Map() {
		r.take(&imap.Message{UID: imap.UID(uids([]string{uid})[0]), InternalDate: internalDate(t, date.Str())})
	}
	for _, row := range r.hand(true) {
		got = append(got, int(row.UID))
	}
	return got
}

var anyDate = regexp.MustCompile(`INTERNALDATE "[^"]*"`)

// internalDate reads a date as a connection does.
func internalDate(t *testing.T, text string) (got time.Time) {
	t.Helper()
	_, conn := start(t, 1, imaptest.Rule{Verb: "FETCH", Action: imaptest.Rewrite(func(r *imaptest.Response) {
		r.Head = anyDate.ReplaceAllString(r.Head, `INTERNALDATE "`+text+`"`)
	})})
	conn.Select("INBOX", true)
	take := client.FetchHandler{Message: func(m *imap.Message) { got = m.InternalDate }}
	if err := conn.UIDFetch(imap.AllUIDs, client.FetchItems{InternalDate: true}, take).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	return got
}

func uids(texts []string) (out []int) {
	for _, s := range texts {
		set, ok := imap.ParseUIDSet(s)
		if !ok {
			continue
		}
		for uid := range set.All() {
			out = append(out, int(uid))
		}
	}
	return out
}
