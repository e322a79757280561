package endpoint

import (
	"runtime"
	"strings"

	"imapsync/internal/event"
)

// Identity of the program in the ID command (RFC 2971). Servers and their administrators know
// imapsync by these values, so they are those of the reference.
var identity = [][2]string{
	{"name", "imapsync"},
	{"version", "2.229"},
	{"os", osName()},
	{"vendor", "Gilles LAMIRAL"},
	{"support-url", "https://imapsync.lamiral.info/"},
	{"date", "14-Sep-2022 18:08:24 +0000"},
}

// osName is the system's name as Perl gives it.
func osName() string {
	if runtime.GOOS == "windows" {
		return "MSWin32"
	}
	return runtime.GOOS
}

// idOrder is the order of RFC 2971 section 3.3, by which fields are sent.
var idOrder = []string{"name", "version", "os", "os-version", "vendor", "support-url", "address", "date", "command",
	"arguments", "environment"}

func (e *Endpoint) idFields() [][2]string {
	return sortID(append(append([][2]string(nil), identity...), [2]string{"side", e.side.String()}))
}

// sortID puts known fields first, in their order; those that Perl takes for false, and unknown ones,
// follow as they came.
func sortID(fields [][2]string) [][2]string {
	var sorted [][2]string
	used := make([]bool, len(fields))
	for _, name := range idOrder {
		for i, f := range fields {
			if f[0] == name && truthy(f[1]) != "" {
				sorted, used[i] = append(sorted, f), true
			}
		}
	}
	for i, f := range fields {
		if !used[i] {
			sorted = append(sorted, f)
		}
	}
	return sorted
}

// formatID is the argument of ID for people to read; the connection does its own quoting.
func formatID(fields [][2]string) string {
	if len(fields) == 0 {
		return "NIL"
	}
	var words []string
	for _, f := range fields {
		words = append(words, `"`+f[0]+`" "`+f[1]+`"`)
	}
	return "(" + strings.Join(words, " ") + ")"
}

// exchangeID tells the server who we are and shows what it says in return.
func (e *Endpoint) exchangeID(asked func() ([][2]string, string, error)) {
	if !e.id {
		return
	}
	title := e.side.Title()
	if asked == nil {
		e.note(event.Info, "%s: No ID capability", title)
		return
	}
	fields := e.idFields()
	e.note(event.Info, "%s: found ID capability. Sending/receiving ID, presented in raw IMAP for now.\n"+
		"In order to avoid sending/receiving ID, use option --noid\nSending: ID %s", title, formatID(fields))
	_, raw, err := asked()
	if err != nil {
		e.note(event.Info, "Read: \t%v", err)
		return
	}
	e.note(event.Info, "Read: \t%s", raw)
	e.mu.Lock()
	e.identified = true
	e.mu.Unlock()
}
