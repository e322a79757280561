package client

import (
	"context"
	"io"
	"strconv"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// FetchItems says what UIDFetch asks for besides the UID.
type FetchItems struct {
	Flags, InternalDate, Size, ModSeq, Body bool
	// Header names the fields wanted; {"ALL"} is the whole header.
	Header                  []string
	GmailLabels, GmailMsgID bool
	// ChangedSince asks only for messages changed after it (RFC 7162); 0 for all.
	ChangedSince imap.ModSeq
}

// FetchHandler gets what a FETCH brings. Its functions run on the reading goroutine: while they do,
// nothing else is read from this connection. They must come to an end when the context given to Wait
// ends, and must not wait for another command of the same connection. Either may be nil.
//
// A server may send a message twice, or its items over several responses. Join by UID.
type FetchHandler struct {
	// Body gets the text of a whole message while it streams in. m holds the items that came before
	// it; m.UID may still be 0, since some servers send the UID after the text. r yields exactly size
	// octets, or io.ErrUnexpectedEOF when the connection is lost inside; Message is not called then.
	// What is left unread is discarded. A returned error closes the connection. A message without
	// text (NIL) does not come here. r must not be used after the return.
	Body func(m *imap.Message, size int64, r io.Reader) error
	// Message is called at the end of each FETCH response, also of those that nobody asked for (flags
	// only, perhaps UID 0). m is the handler's to keep.
	Message func(m *imap.Message)
}

// FetchCmd is a UID FETCH in flight.
type FetchCmd struct {
	command
	set    imap.UIDSet
	what   FetchItems
	h      FetchHandler
	exists uint32
}

// UIDFetch asks for items of the messages of set. The text is asked for without setting \Seen.
//
// FETCH responses do not name the command they answer, and Dovecot holds the tagged answers of
// several FETCHes back until it has sent the data of all. They are told apart by UID and items: let
// FETCHes that are in flight together have sets without common UIDs, or different items.
func (c *Conn) UIDFetch(set imap.UIDSet, what FetchItems, h FetchHandler) *FetchCmd {
	m := &FetchCmd{command: c.newCommand("UID FETCH"), set: set, what: what, h: h}
	e := c.newEncoder().Raw("UID FETCH " + set.String() + " (")
	c.fetchItems(e, what)
	e.Raw(")")
	if what.ChangedSince > 0 {
		e.Raw(" (CHANGEDSINCE " + strconv.FormatUint(uint64(what.ChangedSince), 10) + ")")
	}
	c.issue(context.Background(), m, e)
	return m
}

func (c *Conn) fetchItems(e *wire.Encoder, what FetchItems) {
	e.Raw("UID")
	for _, it := range []struct {
		wanted bool
		name   string
	}{{what.Flags, " FLAGS"}, {what.InternalDate, " INTERNALDATE"}, {what.Size, " RFC822.SIZE"}, {what.ModSeq, " MODSEQ"},
		{what.GmailLabels, " X-GM-LABELS"}, {what.GmailMsgID, " X-GM-MSGID"}} {
		if it.wanted {
			e.Raw(it.name)
		}
	}
	old := c.oldProtocol()
	switch {
	case len(what.Header) == 0:
	case old:
		e.Raw(" RFC822.HEADER")
	case what.Header[0] == "ALL":
		e.Raw(" BODY.PEEK[HEADER]")
	default:
		e.Raw(" BODY.PEEK[HEADER.FIELDS (")
		for i, name := range what.Header {
			if i > 0 {
				e.Raw(" ")
			}
			fieldName(e, name)
		}
		e.Raw(")]")
	}
	switch {
	case what.Body && old:
		e.Raw(" RFC822.PEEK")
	case what.Body:
		e.Raw(" BODY.PEEK[]")
	}
}

// fieldName adds a header field's name, as an atom when it is made of what such names usually are.
func fieldName(e *wire.Encoder, name string) {
	for i := range len(name) {
		c := name[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			e.String(name)
			return
		}
	}
	e.Raw(name)
}

// oldProtocol reports whether the server is known to be older than IMAP4rev1 and does not
// understand BODY.PEEK[] (RFC 1730).
func (c *Conn) oldProtocol() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.caps) > 0 && !c.caps.Has(imap.CapIMAP4rev1) && !c.caps.Has("IMAP4REV2")
}

// Wait blocks until the tagged answer, and until no handler of this command runs. An OK says that
// the server is through, not that every message of the set came: count them.
func (m *FetchCmd) Wait(ctx context.Context) error { return m.wait(ctx) }

// Exists is, after Wait, the number of messages of the mailbox when this command was answered,
// corrected by all that was seen before. Unlike Conn.Exists it stays right when another SELECT
// follows in the pipe.
func (m *FetchCmd) Exists() uint32 { return m.exists }

func (m *FetchCmd) completed(string) error {
	if m.void() {
		return notSelected(m.verb)
	}
	m.exists = m.c.Exists()
	return nil
}
