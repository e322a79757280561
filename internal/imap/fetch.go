package imap

import "time"

// Message is what one FETCH response told about a message, without its body. Absent items keep
// the zero value named here.
type Message struct {
	SeqNum       SeqNum
	UID          UID
	HasFlags     bool
	Flags        []Flag
	InternalDate time.Time // zero: absent or unreadable
	Size         int64     // RFC822.SIZE; -1: absent or unreadable
	ModSeq       ModSeq
	Header       []byte // BODY[HEADER] or BODY[HEADER.FIELDS ...]; nil: absent
	// HasBody tells that BODY[], RFC822 or BINARY[] came with text; BodySize is its length.
	HasBody  bool
	BodySize int64
	// Gmail (X-GM-EXT-1) and OBJECTID values, empty when absent.
	Labels     []string
	GmailMsgID string
	EmailID    string
}
