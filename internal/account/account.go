// Package account names the two accounts of a run. It holds no secrets and does no I/O.
package account

// Side says which of the two accounts is meant: users call them host1 and host2.
type Side uint8

// The zero value is no side, so that a forgotten one shows.
const (
	NoSide Side = iota
	Host1       // the source
	Host2       // the destination
)

// Sides lists both sides in the order every phase treats them.
var Sides = [2]Side{Host1, Host2}

// String is "host1" or "host2", as in option names.
func (s Side) String() string {
	switch s {
	case Host1:
		return "host1"
	case Host2:
		return "host2"
	case NoSide:
	}
	return ""
}

// Title is "Host1" or "Host2", as at the start of log lines.
func (s Side) Title() string {
	switch s {
	case Host1:
		return "Host1"
	case Host2:
		return "Host2"
	case NoSide:
	}
	return ""
}

// Digit is "1" or "2", the suffix of per-side options.
func (s Side) Digit() string {
	switch s {
	case Host1:
		return "1"
	case Host2:
		return "2"
	case NoSide:
	}
	return ""
}
