package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// Command runs a command of the shell on a text. An error says how it failed; what it prints on its
// standard error goes elsewhere.
type Command func(ctx context.Context, command string, in io.Reader, out io.Writer) error

// Content is the part of Config that is about what messages hold.
type Content struct {
	HeaderDates bool    // internal dates come from the Date header of messages; Dates is on with it
	Dry         bool    // fetch and change messages, append nothing
	TempDir     string  // for texts too big to hold, "" for the system's
	Command     Command // runs a command of the content options
}

// rewriting is what changing messages needs. Messages are changed where their texts are gathered, or
// by the appender for big ones, never by who reads a connection.
type rewriting struct {
	c      *Copier
	slots  chan struct{} // messages in the making at once
	memory memory
}

// made at once: enough to keep the processors busy, and not too many commands of the shell.
const rewritesAtOnce = 4

func newRewriting(c *Copier) *rewriting {
	return &rewriting{c: c, slots: make(chan struct{}, rewritesAtOnce), memory: memory{capacity: c.cfg.Budget}}
}

// tools are message.Tools.
type tools struct{ *rewriting }

func (t tools) Scratch() message.Scratch { return t.c.newStorage() }

func (t tools) Whole(ctx context.Context, octets int64) (func(), error) {
	return t.memory.take(ctx, octets)
}

func (t tools) Command(ctx context.Context, command string, in io.Reader, out io.Writer) error {
	if t.c.cfg.Command == nil {
		return errors.New("no commands can be run")
	}
	return t.c.cfg.Command(ctx, command, in, out)
}

// rewriteBatch changes the texts of b that came, and puts the results in the place of the originals.
func (c *Copier) rewriteBatch(ctx context.Context, l *lane, b *batch) {
	var out *arena
	for _, it := range b.items {
		if it.text == nil || it.folder.Rewrite == nil || it.reason != plan.ReasonNone || it.rewritten {
			continue
		}
		if c.stopped() {
			it.reason = plan.NotReached
			continue
		}
		if out == nil {
			out = &arena{pool: c.pool}
		}
		it.header = it.head()
		made := c.newStorage()
		if !c.rewrite(ctx, it, textSource(it.text), made) {
			made.Close()
			it.text = nil
			continue
		}
		if made.file != nil {
			it.text, it.stored, it.relay, it.header = nil, made, true, made.head()
			continue
		}
		it.text, _ = out.read(made.Open(), made.Size()) // from memory
		it.size, it.header = made.Size(), nil
		made.Close()
	}
	if out == nil {
		return
	}
	for _, it := range b.items { // those that are as they came
		if it.text != nil && !it.rewritten {
			it.text, _ = out.read(it.text.reader(), it.text.size())
		}
	}
	b.arena.release()
	b.arena = out
	l.charge(b)
}

// rewrite changes one text. It returns false when the message is not to be copied, for the reason in it.
func (c *Copier) rewrite(ctx context.Context, it *item, from message.Source, to *storage) bool {
	r := c.rewriting
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		it.reason = plan.NotReached
		return false
	}
	// What is in the making when the run is asked to end will not be sent: no command and no expression is
	// waited for.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-c.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	w := it.folder.Rewrite
	letter := message.Letter{UID: uint32(it.copy.Row.UID), Text: from, Void: c.cfg.Identity.Void(it.header)}
	v, err := w.Rewrite(ctx, letter, to, tools{r})
	it.rewritten = true
	switch {
	case err != nil && (ctx.Err() != nil || c.stopped()):
		it.reason = plan.NotReached
		return false
	case err != nil:
		it.rewriteFailed(from.Size(), err)
		return false
	}
	if w.Debug.Lines {
		c.say(fmt.Sprintf("msg %s/%d maxlinelength: %d", it.folder.Src, it.copy.Row.UID, v.Longest))
	}
	if v.Left != message.Kept {
		it.leave(v, from.Size())
		return false
	}
	if w.Debug.Content {
		c.showContent(to)
	}
	it.changed = v.Changed
	return true
}

func (c *Copier) say(text string) { c.sink.Emit(event.Note{Text: text}) }

// about names a message as the reference does in lines about it: {length} S[size] F[flags] I[date].
func (it *item) about() string {
	return fmt.Sprintf("S[%d] F[%s] I[%s]", it.copy.Row.Size, flagText(it), strings.Trim(dateText(it), `"`))
}

func (it *item) subject() string { return message.Field(it.header, "Subject") }

// leave says in the reference's words why a message is not copied.
func (it *item) leave(v message.Verdict, octets int64) {
	where := fmt.Sprintf("%s/%d", it.folder.Src, it.copy.Row.UID)
	it.reason = plan.SkippedByRule
	switch v.Left {
	case message.BySkipMess:
		it.why = "skipped by --skipmess"
		it.lines = []string{fmt.Sprintf("- msg %s {%d} %s (Subject:[%s]) %s", where, octets, it.about(), it.subject(), it.why),
			"- msg " + where + " skipped."}
	case message.LongLines:
		it.why = fmt.Sprintf("line length exceeds maxlinelength %d bytes", v.Limit)
		it.lines = []string{fmt.Sprintf("- msg %s skipped %s (Subject:[%s]) (%s)", where, it.about(), it.subject(), it.why)}
	case message.ShortLines:
		it.why = fmt.Sprintf("max line length under minmaxlinelength %d bytes", v.Limit)
		it.lines = []string{fmt.Sprintf("- msg %s skipped %s (Subject:[%s]) (%s)", where, it.about(), it.subject(), it.why)}
	case message.Emptied:
		it.why = "nothing is left of it"
		it.lines = []string{"- msg " + where + " skipped."}
	case message.Kept:
	}
}

// rewriteFailed makes an error of a step that failed on this message only.
func (it *item) rewriteFailed(octets int64, err error) {
	option := "rewriting"
	if step := (*message.StepError)(nil); errors.As(err, &step) {
		option = "--" + step.Option + " option"
	}
	it.reason = plan.TransformationFailed
	it.err = &fault.Error{Kind: fault.Transform, Side: account.Host1, Folder: it.folder.Src, UID: it.copy.Row.UID, Err: err,
		Text: fmt.Sprintf("- msg %s/%d {%d} %s could not be successfully transformed by %s (Subject:[%s] From:[%s] Message-Id:[%s]): %v",
			it.folder.Src, it.copy.Row.UID, octets, it.about(), option, it.subject(), message.Field(it.header, "From"),
			message.Field(it.header, "Message-Id"), err)}
}

// showContent prints a message between rulers (--debugcontent), the start of a big one.
func (c *Copier) showContent(s *storage) {
	ruler := strings.Repeat("=", 80)
	var text bytes.Buffer
	_, _ = io.Copy(&text, io.LimitReader(s.Open(), relayOver)) // from memory, or shown as far as it can be read
	c.say(fmt.Sprintf("%s\nF message content begin next line (%d characters long)\n%s\nF message content ended on previous line\n%s",
		ruler, s.Size(), bytes.ReplaceAll(text.Bytes(), []byte("\r\n"), []byte("\n")), ruler))
}

// textSource is a text as a message.Source.
type textSource text

func (t textSource) Open() io.Reader { return text(t).reader() }
func (t textSource) Size() int64     { return text(t).size() }
