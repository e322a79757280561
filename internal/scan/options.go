package scan

import (
	"fmt"
	"math"
	"strings"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

// Options say which messages take part.
type Options struct {
	Search, Search1, Search2                   getopt.String
	MaxAge, MinAge                             getopt.Float
	AbleToSearch, AbleToSearch1, AbleToSearch2 getopt.Bool
	FetchHashSet                               getopt.String
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.Float(&o.MaxAge, "maxage", "Skip messages older than this number of days, by their Date. Fractions count.")
	fs.Float(&o.MinAge, "minage", "Skip messages newer than this number of days, by their Date. If it is above --maxage, both ends are taken.")
	fs.String(&o.Search, "search", "Sync only the messages this IMAP SEARCH returns on both sides.")
	fs.String(&o.Search1, "search1", "Like --search on host1 only.")
	fs.String(&o.Search2, "search2", "Like --search on host2 only.")
	fs.Bool(&o.AbleToSearch, "abletosearch", "Let the server find messages by age. On by default; with --noabletosearch their arrival on the server counts, not their Date.").Negatable()
	fs.Bool(&o.AbleToSearch1, "abletosearch1", "Like --abletosearch on host1 only.").Negatable()
	fs.Bool(&o.AbleToSearch2, "abletosearch2", "Like --abletosearch on host2 only.").Negatable()
	fs.String(&o.FetchHashSet, "fetch_hash_set", "Set of the UIDs to look at with --noabletosearch.").Hidden()
}

// Selections are those of both sides.
type Selections struct{ Host1, Host2 *Selection }

// Of is the selection of one side.
func (s Selections) Of(side account.Side) *Selection {
	if side == account.Host2 {
		return s.Host2
	}
	return s.Host1
}

// Compile settles the options for a run that began at start, in whose zone calendar days are
// counted. The errors are everything that is wrong with them; notes are lines for the log.
func (o *Options) Compile(start time.Time) (s Selections, notes []string, errs []error) {
	maxAge, err1 := days("maxage", o.MaxAge)
	minAge, err2 := days("minage", o.MinAge)
	set, err3 := parseSet(o.FetchHashSet)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	a := newAges(start, maxAge, minAge)
	compile := func(n string, search getopt.String, able getopt.Bool) *Selection {
		sel := &Selection{option: "--search" + n, search: given(search), ages: a, arrivals: !able.Or(o.AbleToSearch.Or(true))}
		if common := given(o.Search); sel.search == "" || sel.search == common {
			sel.option, sel.search = "--search", common
		}
		if err := checkCriteria(sel.search); err != nil {
			errs = append(errs, fmt.Errorf("%s %q: %w", sel.option, sel.search, err))
		}
		if strings.EqualFold(sel.search, "ALL") {
			sel.search = ""
		}
		if sel.search == "" {
			sel.option = ""
		}
		if sel.arrivals {
			sel.set = set
			if sel.search != "" {
				notes = append(notes, "Warning: strange to see --search with --noabletosearch, an error can happen")
			}
		}
		if !sel.selects() {
			return nil
		}
		return sel
	}
	s.Host1 = compile("1", o.Search1, o.AbleToSearch1)
	s.Host2 = compile("2", o.Search2, o.AbleToSearch2)
	return s, dropTwice(notes), dropTwice(errs)
}

// given is a search string; the reference takes "" and "0" for none.
func given(s getopt.String) string {
	if s.Value == "0" {
		return ""
	}
	return strings.TrimSpace(s.Value)
}

func days(name string, f getopt.Float) (*float64, error) {
	switch {
	case !f.Given:
		return nil, nil
	case math.IsInf(f.Value, 0) || math.IsNaN(f.Value):
		return nil, fmt.Errorf("--%s: %v is no number of days", name, f.Value)
	}
	return &f.Value, nil
}

// parseSet reads --fetch_hash_set; nil for everything.
func parseSet(s getopt.String) (imap.UIDSet, error) {
	if given(s) == "" {
		return nil, nil
	}
	set, ok := imap.ParseUIDSet(given(s))
	if !ok {
		return nil, fmt.Errorf("--fetch_hash_set %q: not a set of UIDs such as 1:500 or 1:*", s.Value)
	}
	for _, r := range set {
		if r.First == 1 && r.Last == 0 {
			return nil, nil
		}
	}
	return set, nil
}

// dropTwice leaves out what was said before.
func dropTwice[T any](list []T) (out []T) {
	seen := map[string]bool{}
	for _, x := range list {
		if text := fmt.Sprint(x); !seen[text] {
			seen[text] = true
			out = append(out, x)
		}
	}
	return out
}
