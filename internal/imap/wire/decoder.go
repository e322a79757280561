package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Bounds of what the decoder holds in memory, in octets.
const (
	// MaxLine bounds one physical line. A SEARCH answer of two million UIDs fits. A longer line ends
	// the connection, because a part of it must not be taken for the whole answer.
	MaxLine = 16 << 20
	// MaxHeader bounds a header literal; the rest of a longer one is dropped.
	MaxHeader = 4 << 20
	// MaxLiteral bounds literals that stand for other strings, such as names and labels.
	MaxLiteral = 1 << 20

	bufferSize   = 64 << 10
	keptLongLine = 1 << 20 // a line buffer larger than this is given back after use
)

// Errors that end the decoding of a connection, besides those of its reader.
var (
	ErrLineTooLong = errors.New("line longer than 16 MiB")
	ErrLiteralSize = errors.New("literal size out of range")
)

// Decoder reads server responses (RFC 9051 section 9, response). Call Next for each one and then the
// methods of its grammar; what they leave unread is skipped by the following Next.
//
// The methods do not return errors: an unreadable value is reported as absent, and after an error
// of the reader everything looks like the end of the line until Next returns that error. Byte slices
// they return are valid until the next call unless said otherwise. Not safe for concurrent use.
type Decoder struct {
	br   *bufio.Reader // nil: a single line, without literals
	line []byte        // the current physical line, without its end
	pos  int
	long []byte // backs line when it does not fit br's buffer
	raw  []byte // the response so far, while keepRaw
	// keepRaw makes literals and further lines part of raw.
	keepRaw bool
	trace   func(line string)
	err     error
	lit     literal // the literal being streamed; here to spare an allocation per message
}

// NewDecoder reads responses from r. When trace is not nil it gets each physical line, literals
// excluded.
func NewDecoder(r io.Reader, trace func(line string)) *Decoder {
	return &Decoder{br: bufio.NewReaderSize(r, bufferSize), trace: trace}
}

// newLine decodes the values within one string, such as the arguments of a response code.
func newLine(s string) *Decoder { return &Decoder{line: []byte(s)} }

// Buffered is the number of octets received behind the current line. They were sent before the
// server could know what the client says next.
func (d *Decoder) Buffered() int { return d.br.Buffered() }

// Reader returns the stream behind the current line, for a layer such as decompression. The decoder
// must not be used afterwards.
func (d *Decoder) Reader() io.Reader { return d.br }

// Line is the current physical line without its end.
func (d *Decoder) Line() []byte { return d.line }

// KeepRaw starts to keep the response's octets from the beginning of the current line.
func (d *Decoder) KeepRaw() {
	d.keepRaw = true
	d.raw = append(d.raw[:0], d.line...)
}

// Raw ends the response and returns its octets since KeepRaw, literals included, without the last
// line end.
func (d *Decoder) Raw() string {
	d.skipRest()
	d.keepRaw = false
	return string(d.raw)
}

// Err is the error that ended the stream, nil before.
func (d *Decoder) Err() error { return d.err }

func (d *Decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.line, d.pos = nil, 0
}

// readLine makes the next physical line current. A line that the connection's end cuts is not
// delivered: half a tagged line must not be mistaken for an answer.
func (d *Decoder) readLine() bool {
	if d.err != nil {
		return false
	}
	b, err := d.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		b, err = d.readLongLine(b)
	}
	if err != nil {
		if errors.Is(err, io.EOF) && len(b) > 0 {
			err = io.ErrUnexpectedEOF
		}
		d.fail(err)
		return false
	}
	end := len(b) - 1
	// A bare LF and CR CR LF end a line too: small servers and proxies that convert line ends.
	for end > 0 && b[end-1] == '\r' {
		end--
	}
	d.line, d.pos = b[:end], 0
	if d.trace != nil {
		d.trace(string(d.line))
	}
	if d.keepRaw {
		d.raw = append(append(d.raw, "\r\n"...), d.line...)
	}
	return true
}

func (d *Decoder) readLongLine(start []byte) ([]byte, error) {
	d.long = append(d.long[:0], start...)
	for {
		b, err := d.br.ReadSlice('\n')
		if len(d.long)+len(b) > MaxLine {
			return nil, ErrLineTooLong
		}
		d.long = append(d.long, b...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return d.long, err
		}
	}
}

// skipRest goes to the end of the response, over its literals.
func (d *Decoder) skipRest() {
	for !d.eol() {
		d.skipToken()
	}
}

// atLiteral reports whether the rest of the line announces a literal (RFC 9051, literal and
// literal8), and its size. Blanks after the brace are tolerated, as is the "+" that only clients
// may write.
func (d *Decoder) atLiteral() (size int64, ok bool) {
	b := d.line[d.pos:]
	if len(b) > 0 && b[0] == '~' {
		b = b[1:]
	}
	if d.br == nil || len(b) < 3 || b[0] != '{' {
		return 0, false
	}
	i := 1
	for ; i < len(b) && isDigit(b[i]); i++ {
		if size > (1<<62)/10 {
			size = 1 << 62
			continue
		}
		size = size*10 + int64(b[i]-'0')
	}
	if i == 1 || i == len(b) {
		return 0, false
	}
	if b[i] == '+' || b[i] == '-' {
		i++
	}
	if i == len(b) || b[i] != '}' || len(trimSpace(b[i+1:])) > 0 {
		return 0, false
	}
	if size >= 1<<62 {
		d.fail(fmt.Errorf("%w: %.40q", ErrLiteralSize, b))
		return 0, false
	}
	return size, true
}

// readLiteral reads a literal of size octets, which starts behind the current line, keeps at most
// max of them and goes on to the line that follows. The slice belongs to the caller.
func (d *Decoder) readLiteral(size int64, max int) []byte {
	kept := make([]byte, min(size, int64(max)))
	if _, err := io.ReadFull(d.br, kept); err != nil {
		d.fail(cut(err))
		return nil
	}
	if d.keepRaw {
		d.raw = append(append(d.raw, "\r\n"...), kept...)
	}
	if !d.dropLiteral(size - int64(len(kept))) {
		return nil
	}
	return kept
}

// dropLiteral discards the size octets behind the current line and goes on to the line that follows.
func (d *Decoder) dropLiteral(size int64) bool {
	if !d.discard(size) {
		return false
	}
	keep, had := d.keepRaw, len(d.raw)
	ok := d.readLine()
	if ok && keep {
		// The rest of the line follows the literal without a line end.
		d.raw = append(d.raw[:had], d.line...)
	}
	return ok
}

func (d *Decoder) discard(size int64) bool {
	for size > 0 && d.err == nil {
		n, err := d.br.Discard(int(min(size, 1<<30)))
		size -= int64(n)
		if err != nil {
			d.fail(cut(err))
		}
	}
	return d.err == nil
}

// cut names the end of the stream inside a literal, whatever ended it.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
}

// literal streams the octets of a literal. It never yields more or fewer than were announced
// without an error.
type literal struct {
	d    *Decoder
	left int64
}

// Read implements io.Reader; a connection lost inside is io.ErrUnexpectedEOF, with its cause.
func (l *literal) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	if l.d.err != nil {
		return 0, l.d.err
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.d.br.Read(p)
	l.left -= int64(n)
	if err != nil {
		err = cut(err)
		l.d.fail(err)
	}
	return n, err
}

// WriteTo implements io.WriterTo, so that io.Copy needs no buffer of its own.
func (l *literal) WriteTo(w io.Writer) (int64, error) {
	var done int64
	for l.left > 0 {
		if l.d.err != nil {
			return done, l.d.err
		}
		if _, err := l.d.br.Peek(1); err != nil {
			l.d.fail(cut(err))
			return done, l.d.err
		}
		b, _ := l.d.br.Peek(int(min(l.left, int64(l.d.br.Buffered()))))
		n, err := w.Write(b)
		_, _ = l.d.br.Discard(n) // cannot fail: these octets are buffered
		l.left -= int64(n)
		done += int64(n)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
