package scan

import (
	"net/mail"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Selection says which messages of one side take part. It is made once, before any connection, and
// safe for concurrent use; nil selects every message.
//
// What SEARCH can tell, the server is asked. The rest is decided row by row while a folder is
// listed: fractions of days, and every age with --noabletosearch.
type Selection struct {
	option   string      // that gave search, for errors
	search   string      // the user's criteria, "" for none
	ages     ages        // of --maxage and --minage
	arrivals bool        // ages are those of internal dates, about which no SEARCH is asked
	set      imap.UIDSet // --fetch_hash_set; nil for all
}

// selects tells whether anything is left out.
func (s *Selection) selects() bool {
	return s != nil && (s.search != "" || s.ages.any() || s.set != nil)
}

// searches tells whether the server is asked with SEARCH.
func (s *Selection) searches() bool { return s.criteria() != "" }

// criteria is the SEARCH to send, "" for none. Parentheses keep the user's criteria together: without
// them a key such as OR could take what follows for its own.
func (s *Selection) criteria() string {
	switch {
	case !s.selects():
		return ""
	case s.arrivals || !s.ages.any():
		return s.search
	case s.search == "":
		return s.ages.criteria()
	}
	charset, keys := cutCharset(s.search)
	return charset + s.ages.criteria() + " (" + keys + ")"
}

// needsArrival tells whether internal dates decide.
func (s *Selection) needsArrival() bool { return s.selects() && s.arrivals && s.ages.any() }

// needsDate tells whether the Date fields of what SEARCH has found decide.
func (s *Selection) needsDate() bool { return s.selects() && !s.arrivals && s.ages.exact() }

// arrived decides by the internal date, the zero time being none.
func (s *Selection) arrived(t time.Time) bool { return !s.needsArrival() || s.ages.arrived(t) }

// sent decides by the header of a message that SEARCH has found. Where it has no Date that can be
// read, the server's answer stands.
func (s *Selection) sent(header []byte) bool {
	if !s.needsDate() {
		return true
	}
	date := message.Field(header, "Date")
	t, err := mail.ParseDate(date)
	if err != nil {
		var ok bool
		if t, ok = message.ParseDate(date); !ok {
			return true
		}
	}
	return s.ages.sent(t)
}

// inSet decides by --fetch_hash_set. "*" is taken for the highest UID there can be.
func (s *Selection) inSet(uid imap.UID) bool {
	if !s.selects() || s.set == nil {
		return true
	}
	for _, r := range s.set {
		if uid >= r.First && (r.Last == 0 || uid <= r.Last) {
			return true
		}
	}
	return false
}

// Selects tells whether the selection can leave messages out.
func (s *Selection) Selects() bool { return s.selects() }
