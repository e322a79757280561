package cli

import (
	"errors"
	"io"
	"os"
	"sync/atomic"

	"golang.org/x/term"

	"imapsync/internal/event"
	"imapsync/internal/report"
)

// output is where lines and events of one run go: text on stdout and in the log, or JSON on stdout
// and text in the log. It is safe for concurrent use once open.
type output struct {
	texts    []*report.Text
	json     *report.JSON
	progress *report.Progress
	logFile  *os.File
	listener event.Sink // all of the above, and the totals

	looping  atomic.Bool  // the folder loop was reached: statistics mean something
	signedIn atomic.Int32 // sides that accepted the user
}

// openOutput prepares the sinks. logFile may be nil. The totals get every event too.
func openOutput(stdout io.Writer, logFile *os.File, o *options, totals *report.Totals) *output {
	out := &output{logFile: logFile}
	opts := o.report.Text(o.host1.Host.Value, o.host2.Host.Value)
	sinks := []event.Sink{totals}
	switch f, isFile := stdout.(*os.File); {
	case o.report.JSON.Value:
		out.json = report.NewJSON(stdout)
		sinks = append(sinks, out.json)
	case isFile && term.IsTerminal(int(f.Fd())) && !opts.Quiet:
		out.progress = report.NewProgress(stdout)
		out.texts = append(out.texts, report.NewText(out.progress, opts))
		sinks = append(sinks, out.progress)
	default:
		out.texts = append(out.texts, report.NewText(stdout, opts))
	}
	if logFile != nil {
		opts.Quiet = false
		out.texts = append(out.texts, report.NewText(logFile, opts))
	}
	for _, t := range out.texts {
		sinks = append(sinks, t)
	}
	out.listener = event.Tee(sinks...)
	return out
}

// Emit implements event.Sink.
func (out *output) Emit(e event.Event) {
	switch e.(type) {
	case event.LoopStarted:
		out.looping.Store(true)
	case event.LoggedIn:
		out.signedIn.Add(1)
	}
	out.listener.Emit(e)
}

// say prints a line, or several, everywhere.
func (out *output) say(text string) { out.Emit(event.Note{Text: text}) }

// block prints text that JSON has in other forms.
func (out *output) block(text string) {
	for _, t := range out.texts {
		t.Print(text)
	}
}

// flush makes everything said so far visible.
func (out *output) flush() {
	for _, t := range out.texts {
		_ = t.Flush() // kept by the Text, and returned by close
	}
	if out.json != nil {
		_ = out.json.Flush()
	}
}

// close flushes and closes the log; the error says that some output is lost.
func (out *output) close() error {
	if out.progress != nil {
		out.progress.Close()
	}
	var errs []error
	for _, t := range out.texts {
		errs = append(errs, t.Flush())
	}
	if out.json != nil {
		errs = append(errs, out.json.Flush())
	}
	if out.logFile != nil {
		errs = append(errs, out.logFile.Close())
	}
	return errors.Join(errs...)
}

// questions is the writer for prompts: text appears at once, on stdout and in the log, or with JSON
// on stdout on the standard error.
type questions struct {
	out            *output
	stdout, stderr io.Writer
}

// Write shows text after everything said before.
func (q questions) Write(text []byte) (int, error) {
	q.out.flush()
	to := q.stdout
	if q.out.json != nil {
		to = q.stderr
	}
	if q.out.logFile != nil {
		to = io.MultiWriter(to, q.out.logFile)
	}
	return to.Write(text)
}
