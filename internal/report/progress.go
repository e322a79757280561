package report

import (
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"imapsync/internal/event"
)

// Progress keeps one line at the bottom of a terminal while folders are copied: how far, how fast,
// how long still. It is also the writer to the terminal: what is written through it appears above
// that line. Before and after the folder loop it only passes writes on.
//
// It is safe for concurrent use.
type Progress struct {
	out io.Writer
	now func() time.Time

	mu   sync.Mutex // protects what follows; held during writes
	bars *mpb.Progress
	line *mpb.Bar

	meterMu sync.Mutex // protects meter, which the drawing goroutine reads
	meter   meter
}

// NewProgress draws on out, which should be a terminal. Close must be called.
func NewProgress(out io.Writer) *Progress {
	return &Progress{out: out, now: time.Now, meter: newMeter()}
}

// Emit counts e, and shows or removes the line at the start and end of the folder loop.
func (p *Progress) Emit(e event.Event) {
	p.meterMu.Lock()
	p.meter.observe(e, p.now())
	p.meterMu.Unlock()
	switch e.(type) {
	case event.LoopStarted:
		p.show()
	case event.LoopEnded:
		p.Close()
	}
}

// Write prints lines above the progress line, within a fraction of a second.
func (p *Progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars != nil {
		if n, err := p.bars.Write(text); err == nil {
			return n, nil
		}
		// The drawing gave up, for instance because the terminal has no size any more.
	}
	return p.out.Write(text)
}

func (p *Progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars != nil {
		return
	}
	p.bars = mpb.New(mpb.WithOutput(p.out), mpb.WithAutoRefresh())
	text := decor.Any(func(decor.Statistics) string { return p.text() })
	// A total of 0 keeps the bar from completing by itself.
	p.line = p.bars.MustAdd(0, nil, mpb.PrependDecorators(text), mpb.BarFillerTrim())
}

// Close removes the line. Later writes go straight to the terminal. It may be called twice.
func (p *Progress) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars == nil {
		return
	}
	p.line.Abort(true)
	p.bars.Wait()
	p.bars, p.line = nil, nil
}

func (p *Progress) text() string {
	p.meterMu.Lock()
	defer p.meterMu.Unlock()
	return p.meter.progress(p.now())
}

// progress is the line: "42% 4200/10000 messages, ETA 2m45s, 12.300 MiB copied, 35.2 msgs/s,
// 1.200 MiB/s", what matters most first, because narrow terminals cut the end.
func (m *meter) progress(now time.Time) string {
	messages, bytes := m.rates(now)
	copied := fmt.Sprintf("%s copied, %.1f msgs/s, %s/s", BytesBin(float64(m.bytes)), messages, BytesBin(bytes))
	seconds, known := m.remaining(now)
	if !known {
		return fmt.Sprintf("%d messages, %s", m.processed, copied)
	}
	percent := 100.0
	if m.total > 0 {
		percent = min(100, math.Floor(100*float64(m.processed)/float64(m.total)))
	}
	left := time.Duration(min(max(seconds, 0), maxSeconds)) * time.Second
	return fmt.Sprintf("%.0f%% %d/%d messages, ETA %s, %s", percent, m.processed, m.total, left, copied)
}
