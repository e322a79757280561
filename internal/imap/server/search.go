package server

import (
	"bytes"
	"io"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"imapsync/internal/imap"
)

// candidate is a message under test; its text is read only if a key needs it.
type candidate struct {
	s      *session
	index  int
	m      Message
	header []byte
	body   []byte
	failed bool
}

// criterion is a search key.
type criterion func(*candidate) bool

// search carries out SEARCH and UID SEARCH (RFC 3501 section 6.4.4).
func (s *session) search(c *command) error {
	s.p.sp()
	q := searchParser{s: s}
	key := q.keys()
	if err := s.p.end(); err != nil {
		return err
	}
	if q.charset != "" && q.charset != "UTF-8" && q.charset != "US-ASCII" {
		return &Refusal{"BADCHARSET (UTF-8 US-ASCII)", "Unknown charset"}
	}
	v := s.view
	s.bw.WriteString("* SEARCH")
	var highest imap.ModSeq
	cand := candidate{s: s}
	failed := false
	for i, u := range v.uids {
		m, ok := v.mb.Message(u)
		if !ok {
			continue
		}
		cand = candidate{s: s, index: i, m: m}
		match := key(&cand)
		failed = failed || cand.failed
		if !match {
			continue
		}
		n := uint64(u)
		if !c.uid {
			n = uint64(i) + 1
		}
		b := strconv.AppendUint(append(s.scratch[:0], ' '), n, 10)
		if _, err := s.bw.Write(b); err != nil {
			return err
		}
		highest = max(highest, m.ModSeq)
	}
	if q.modSeq && highest > 0 {
		s.bw.WriteString(" (MODSEQ " + strconv.FormatUint(uint64(highest), 10) + ")")
	}
	s.bw.WriteString("\r\n")
	if failed {
		return errUnreadable
	}
	return nil
}

// load reads the header and, if wanted, the whole text.
func (c *candidate) load(body bool) {
	if c.failed || c.header != nil && (!body || c.body != nil) {
		return
	}
	text, err := c.s.view.mb.Open(c.m.UID)
	if err != nil {
		c.failed = true
		return
	}
	defer text.Close()
	if c.header, err = readHeader(text); err == nil && body {
		c.body, err = io.ReadAll(io.NewSectionReader(text, int64(len(c.header)), text.Size()-int64(len(c.header))))
	}
	if err != nil {
		c.failed = true
	}
}

// field reports whether one of the header fields called name contains text, in any letter case;
// an empty text asks for the field alone.
func (c *candidate) field(name, text string) bool {
	c.load(false)
	for _, v := range headerValues(c.header, name) {
		if containsFold([]byte(v), text) {
			return true
		}
	}
	return false
}

func containsFold(b []byte, text string) bool {
	return text == "" || bytes.Contains(bytes.ToLower(b), bytes.ToLower([]byte(text)))
}

// day cuts a time to its date as written, without its zone (RFC 3501 section 6.4.4).
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// sent is the day of the Date field; false if it cannot be read.
func (c *candidate) sent() (time.Time, bool) {
	c.load(false)
	for _, v := range headerValues(c.header, "Date") {
		if t, err := mail.ParseDate(strings.TrimSpace(v)); err == nil {
			return day(t), true
		}
	}
	return time.Time{}, false
}
