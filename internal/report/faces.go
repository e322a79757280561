package report

import (
	"errors"
	"io"

	"imapsync/internal/event"
)

// Output is where the faces of a run go.
type Output struct {
	Stdout   io.Writer
	Terminal bool      // Stdout is a terminal
	Log      io.Writer // the log file, nil for none
}

// Faces are the sinks that the options ask for. Ordinarily the text goes to standard output and to
// the log, with a progress line when the output is a terminal. With --quiet the output loses the
// progress and the lines per message, and the log keeps them. With --json the output holds the
// objects only, and the text goes to the log.
//
// It is safe for concurrent use.
type Faces struct {
	texts    []*Text
	json     *JSON
	progress *Progress
}

// NewFaces makes the sinks. host1 and host2 name the servers. Close must be called.
func NewFaces(o Options, host1, host2 string, out Output) *Faces {
	f := &Faces{}
	opts := o.Text(host1, host2)
	logged := opts
	logged.Quiet = false
	switch {
	case o.JSON.Value:
		f.json = NewJSON(out.Stdout)
	case opts.Quiet:
		f.texts = append(f.texts, NewText(out.Stdout, opts))
	default:
		stdout := out.Stdout
		if out.Terminal {
			f.progress = NewProgress(stdout)
			stdout = f.progress
		}
		if out.Log != nil {
			stdout = both{out.Log, stdout}
		}
		f.texts = append(f.texts, NewText(stdout, opts))
		return f
	}
	if out.Log != nil {
		f.texts = append(f.texts, NewText(out.Log, logged))
	}
	return f
}

// Emit hands e to every sink.
func (f *Faces) Emit(e event.Event) {
	for _, t := range f.texts {
		t.Emit(e)
	}
	if f.json != nil {
		f.json.Emit(e)
	}
	if f.progress != nil {
		f.progress.Emit(e)
	}
}

// Print adds lines to the text as they are, in order with the events: the statistics, the list of
// errors, the lines of the exit.
func (f *Faces) Print(text string) {
	for _, t := range f.texts {
		t.Print(text)
	}
}

// Summary closes the JSON lines; the text has printed its own block.
func (f *Faces) Summary(s Statistics, exit int) {
	if f.json != nil {
		f.json.Summary(s, exit)
	}
}

// Flush writes out what is gathered. It returns the first error of any writing so far.
func (f *Faces) Flush() error {
	var errs []error
	for _, t := range f.texts {
		errs = append(errs, t.Flush())
	}
	if f.json != nil {
		errs = append(errs, f.json.Flush())
	}
	return errors.Join(errs...)
}

// Close removes the progress line and flushes. Emit and Print may still be used, before another
// Close.
func (f *Faces) Close() error {
	if f.progress != nil {
		f.progress.Close()
	}
	return f.Flush()
}

// both writes to two places. Unlike io.MultiWriter it goes on with the second when the first
// fails: a full disk must not silence the terminal.
type both struct{ one, two io.Writer }

func (b both) Write(p []byte) (int, error) {
	_, err1 := b.one.Write(p)
	_, err2 := b.two.Write(p)
	if err := errors.Join(err1, err2); err != nil {
		return 0, err
	}
	return len(p), nil
}
