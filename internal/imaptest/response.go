package imaptest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Response is an untagged response in the hands of a Rewrite action. Literals stream by and cannot
// be changed.
type Response struct {
	// Head is the text up to the first literal, its "{n}" included, or to the end of the line.
	Head string
	// Tail is put in front of the last octet of the response, which in a FETCH is its ")".
	Tail string
	// Before are lines to send in front of the response.
	Before []string
	// Hide leaves the response out.
	Hide bool
}

var (
	sizeItem = regexp.MustCompile(`RFC822\.SIZE (\d+)`)
	uidItem  = regexp.MustCompile(`UID (\d+) ?`)
)

// IsFetch reports whether it is a FETCH response.
func (r *Response) IsFetch() bool {
	_, rest, _ := strings.Cut(strings.TrimPrefix(r.Head, "* "), " ")
	return strings.HasPrefix(rest, "FETCH (")
}

// UID gives the UID in front of the first literal or in the Tail; 0 without one.
func (r *Response) UID() uint32 {
	m := uidItem.FindStringSubmatch(r.Head + r.Tail)
	if m == nil {
		return 0
	}
	n, err := strconv.ParseUint(m[1], 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// SizeLie makes every RFC822.SIZE wrong by delta.
func SizeLie(delta int64) Action {
	return Rewrite(func(r *Response) {
		if !r.IsFetch() {
			return
		}
		r.Head = sizeItem.ReplaceAllStringFunc(r.Head, func(s string) string {
			n, err := strconv.ParseInt(strings.TrimPrefix(s, "RFC822.SIZE "), 10, 64)
			if err != nil {
				return s
			}
			return "RFC822.SIZE " + strconv.FormatInt(max(0, n+delta), 10)
		})
	})
}

// UIDLast puts the UID behind everything else, literals included.
func UIDLast() Action {
	return Rewrite(func(r *Response) {
		uid := r.UID()
		if !r.IsFetch() || uid == 0 {
			return
		}
		r.Head = uidItem.ReplaceAllString(r.Head, "")
		r.Tail = " UID " + strconv.FormatUint(uint64(uid), 10)
		if before, ok := strings.CutSuffix(r.Head, " )"); ok {
			r.Head = before + ")"
		}
	})
}

// HideMessages leaves FETCH responses with these UIDs out, as if the messages were not there.
func HideMessages(uids ...uint32) Action {
	return Rewrite(func(r *Response) {
		r.Hide = r.IsFetch() && slices.Contains(uids, r.UID())
	})
}
