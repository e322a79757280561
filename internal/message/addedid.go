package message

import (
	"bufio"
	"bytes"
	"io"
)

// longestAddedID is more than the line that --addheader puts before a message can have.
const longestAddedID = 64

// SkipAddedID reads what r has, without the line that --addheader of this or an earlier run may have
// put before the text. What it says of the message, its number on host1, is nothing to rely on: two
// folders have the same numbers.
func SkipAddedID(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 4096)
	head, _ := b.Peek(longestAddedID) // a short text, and an error that Read gives again
	line, _, ends := bytes.Cut(head, []byte("\n"))
	name, value, isField := bytes.Cut(line, []byte(":"))
	if ends && isField && isMessageID(name) && Synthetic(value) {
		b.Discard(len(line) + 1)
	}
	return b
}
