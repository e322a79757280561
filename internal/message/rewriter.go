package message

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"imapsync/internal/getopt"
)

// Rewriter changes messages on their way to host2, or says that they are left, following the
// content options of a run. Its steps have the order of the reference: skipmess, regexmess (the
// presets' included, disarmreadreceipts last), pipemess, addheader, truncmess, line length. It is safe for
// concurrent use.
//
// Well-known expressions are done by filters, on texts of any length. Others need the whole text in
// memory, and are asked for it: see [Tools].
type Rewriter struct {
	steps []step
	lines lineRules
	Debug Debug
}

// Debug says what is shown of messages.
type Debug struct{ Lines, Content bool }

// MaxWhole is the longest text that an expression without a native form is applied to. It needs up
// to ten times as much memory.
const MaxWhole = 64 << 20

// Source is a text that can be read several times.
type Source interface {
	Open() io.Reader
	Size() int64
}

// Scratch keeps a text that is written once.
type Scratch interface {
	Source
	io.Writer
	Close() // gives up the text
}

// Tools are what a Rewriter, which does no I/O, borrows from its user.
type Tools interface {
	// Scratch makes room for a text of any length.
	Scratch() Scratch
	// Whole waits until so many octets of memory may be used.
	Whole(ctx context.Context, octets int64) (release func(), err error)
	// Command runs a command of the shell. An error says how it failed.
	Command(ctx context.Context, command string, in io.Reader, out io.Writer) error
}

// Letter is a message as host1 sent it.
type Letter struct {
	UID  uint32
	Text Source
	Void bool // nothing to be recognised by in its header, see [Identifier.Void]
}

// Verdict tells what became of a message.
type Verdict struct {
	Left    Left
	Limit   int64 // that the line length was compared with
	Longest int64 // longest line, 0 when nobody asked
	Changed bool  // line ends were completed
}

// Left says why a message is not copied.
type Left uint8

// Reasons of the Rewriter to leave a message.
const (
	Kept       Left = iota
	BySkipMess      // --skipmess matched
	Emptied         // nothing is left of it
	LongLines       // --maxlinelength
	ShortLines      // --minmaxlinelength
)

// StepError is a step that failed on one message.
type StepError struct {
	Option string // without dashes
	Step   string // the expression or command
	Err    error
}

// Error names the step; the failure of a command names it itself.
func (e *StepError) Error() string {
	if e.Option == "pipemess" || e.Option == "maxlinelengthcmd" {
		return e.Err.Error()
	}
	return fmt.Sprintf("--%s %q: %v", e.Option, e.Step, e.Err)
}

// Unwrap returns what went wrong.
func (e *StepError) Unwrap() error { return e.Err }

// Bind returns a Rewriter whose expressions take the values of variables from lookup: they differ
// from folder to folder.
func (r *Rewriter) Bind(lookup func(name string) (string, bool)) *Rewriter {
	if r == nil {
		return nil
	}
	bound := *r
	bound.steps = make([]step, len(r.steps))
	for i, s := range r.steps {
		bound.steps[i] = s.bind(lookup)
	}
	return &bound
}

// Rewrite puts what becomes of m into out, with every lone LF turned into CRLF as the reference
// does when it appends. What out holds is worth something only if the message is Kept. An error
// concerns this message: a [*StepError], or what reading and keeping the text met.
func (r *Rewriter) Rewrite(ctx context.Context, m Letter, out Scratch, tools Tools) (Verdict, error) {
	w := &work{ctx: ctx, letter: m, tools: tools, text: m.Text}
	defer w.close()
	for _, s := range r.steps {
		left, err := s.do(w)
		if left != Kept || err != nil {
			return Verdict{Left: left}, err
		}
	}
	return w.finish(r, out)
}

// work is one message in the making: a text, and filters that it has yet to pass.
type work struct {
	ctx     context.Context
	letter  Letter
	tools   Tools
	text    Source
	filters []filter
	granted bool // memory for the whole text
	owned   []func()
}

func (w *work) close() {
	for _, f := range w.owned {
		f()
	}
}

// reader reads the text as the steps so far have made it, once.
func (w *work) reader() io.Reader {
	r := w.text.Open()
	for _, f := range w.filters {
		r = newFiltered(r, f)
	}
	w.filters = nil
	return r
}

// whole is the text in memory.
func (w *work) whole() ([]byte, error) {
	if b, ok := w.text.(inMemory); ok && len(w.filters) == 0 {
		return b, nil
	}
	size := w.text.Size()
	if size > MaxWhole {
		return nil, fmt.Errorf("the message has %d octets, and expressions of this kind are applied to %d at most", size, MaxWhole)
	}
	if !w.granted { // once: who holds memory does not wait for more
		release, err := w.tools.Whole(w.ctx, 10*size)
		if err != nil {
			return nil, err
		}
		w.owned, w.granted = append(w.owned, release), true
	}
	var b bytes.Buffer
	b.Grow(int(size) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(w.reader(), MaxWhole+1))
	if err == nil && n > MaxWhole {
		err = fmt.Errorf("the message grew above %d octets", MaxWhole)
	}
	w.text = inMemory(b.Bytes())
	return b.Bytes(), err
}

// keep stores the text as it is now, so that it can be read several times.
func (w *work) keep(write func(out io.Writer) error) error {
	s := w.tools.Scratch()
	w.owned = append(w.owned, s.Close)
	if err := write(s); err != nil {
		return err
	}
	w.text, w.filters = s, nil
	return nil
}

// command passes the text through a command.
func (w *work) command(option, command string) error {
	err := w.keep(func(out io.Writer) error { return w.tools.Command(w.ctx, command, w.reader(), out) })
	if err != nil {
		return &StepError{option, command, err}
	}
	return nil
}

// finish judges the text by its lines and writes it to out.
func (w *work) finish(r *Rewriter, out Scratch) (Verdict, error) {
	meter := &lineMeter{}
	if r.lines.command != "" && r.lines.most.Given {
		if err := w.keep(func(to io.Writer) error { return copyText(to, io.TeeReader(w.reader(), meter)) }); err != nil {
			return Verdict{}, err
		}
		if v := r.lines.judge(meter); v.Left != LongLines {
			return w.write(v, out, &lineMeter{})
		}
		if err := w.command("maxlinelengthcmd", r.lines.command); err != nil {
			return Verdict{Longest: meter.longest}, err
		}
		return w.write(Verdict{Longest: meter.longest}, out, &lineMeter{})
	}
	v, err := w.write(Verdict{}, out, meter)
	if v.Left != Kept || err != nil {
		return v, err
	}
	changed := v.Changed
	v = r.lines.judge(meter)
	v.Changed = changed
	if !r.lines.any() && !r.Debug.Lines {
		v.Longest = 0
	}
	return v, nil
}

func (w *work) write(v Verdict, out Scratch, meter *lineMeter) (Verdict, error) {
	if v.Left != Kept {
		return v, nil
	}
	err := copyText(out, NewCRLFReader(io.TeeReader(w.reader(), meter)))
	v.Changed = out.Size() != meter.octets
	if meter.octets == 0 {
		v.Left = Emptied
	}
	return v, err
}

func copyText(to io.Writer, from io.Reader) error {
	b := getBuffer()
	defer putBuffer(b)
	_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, b)
	return err
}

// inMemory is a text as a slice.
type inMemory []byte

func (b inMemory) Open() io.Reader { return bytes.NewReader(b) }
func (b inMemory) Size() int64     { return int64(len(b)) }

// lineRules are --maxlinelength, --minmaxlinelength and --maxlinelengthcmd.
type lineRules struct {
	most, least getopt.Int
	command     string
}

func (l lineRules) any() bool { return l.most.Given || l.least.Given }

func (l lineRules) judge(m *lineMeter) Verdict {
	v := Verdict{Longest: m.longest}
	switch {
	case l.least.Given && m.longest <= l.least.Value:
		v.Left, v.Limit = ShortLines, l.least.Value
	case l.most.Given && m.longest > l.most.Value:
		v.Left, v.Limit = LongLines, l.most.Value
	}
	return v
}

// lineMeter measures what is written to it: the longest run of octets up to and with a line feed.
type lineMeter struct {
	octets  int64
	longest int64
	line    int64
}

func (m *lineMeter) Write(p []byte) (int, error) {
	m.octets += int64(len(p))
	for rest := p; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n')
		if n < 0 {
			m.line += int64(len(rest))
			m.longest = max(m.longest, m.line)
			break
		}
		m.longest = max(m.longest, m.line+int64(n)+1)
		m.line, rest = 0, rest[n+1:]
	}
	return len(p), nil
}
