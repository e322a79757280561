package transfer

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"imapsync/internal/message"
)

// readDate takes the date of a message from its header (--idatefromheader). A header that is no date
// leaves host1's internal date in force, and the log says so (docs/differences.md row 18).
func (c *Copier) readDate(it *item, header []byte) {
	if !c.cfg.HeaderDates || it.dated {
		return
	}
	it.dated = true
	date, value, ok := message.HeaderDate(header)
	switch {
	case ok:
		it.date = date
		return
	case value == "":
		c.say(fmt.Sprintf("msg %s/%d has no Date header, the internal date of host1 is used", it.folder.Src, it.copy.Row.UID))
	default:
		c.say(fmt.Sprintf("msg %s/%d has a Date header that is no date [%s], the internal date of host1 is used", it.folder.Src, it.copy.Row.UID, value))
	}
	it.date = it.copy.Row.Date()
}

// readDateAhead does the same for a text that only passes.
func (c *Copier) readDateAhead(it *item, r io.Reader) io.Reader {
	if !c.cfg.HeaderDates || it.dated {
		return r
	}
	ahead := bufio.NewReaderSize(r, maxHeader)
	header, _ := ahead.Peek(maxHeader) // an error comes again to who reads on
	c.readDate(it, header)
	return ahead
}

// internalDate is the date that host2 is asked to keep, the zero time for none.
func (it *item) internalDate() time.Time {
	if it.dated {
		return it.date
	}
	return it.copy.Row.Date()
}
