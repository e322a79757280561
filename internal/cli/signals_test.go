package cli

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeSignals records what signals lead to.
type fakeSignals struct {
	*signals
	clock       time.Time
	lines       lines
	cause       error
	left        []os.Signal
	reconnected int
	throttled   bool
	maxSleep    float64
}

func newSignals(t *testing.T, o startOptions, docker bool) *fakeSignals {
	t.Helper()
	f := &fakeSignals{clock: time.Unix(1000, 0)}
	f.signals = &signals{
		roles: map[os.Signal]role{}, pid: 7, ppid: 6,
		now:        func() time.Time { return f.clock },
		print:      f.lines.add,
		statistics: func() string { return "++++ Statistics\n" },
		leave:      func(cause error) { f.cause = cause },
		leaveNow:   func(sig os.Signal) { f.left = append(f.left, sig) },
	}
	f.signals.reconnect = func() { f.reconnected++ }
	f.signals.toggle = func() (float64, bool) { return f.maxSleep, f.throttled }
	for _, a := range assignSignals(o, docker) {
		f.roles[a.sig] = a.role
	}
	return f
}

func (f *fakeSignals) get(t *testing.T, name string) {
	t.Helper()
	sig, ok := signalByName(name)
	if !ok {
		t.Skipf("no signal %s on this system", name)
	}
	f.handle(sig)
}

func TestSignalExit(t *testing.T) {
	f := newSignals(t, startOptions{}, false)
	f.get(t, "TERM")
	if got, want := f.cause, "Asked to terminate by a signal TERM"; got == nil || got.Error() != want {
		t.Errorf("cause: got %v, want %s", got, want)
	}
	if diff := cmp.Diff([]string{"\nGot a signal TERM (my PID is 7 my PPID is 6). Asked to terminate"}, f.lines.take("")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if len(f.left) > 0 {
		t.Error("the first signal ended the process at once")
	}
	f.get(t, "TERM")
	if len(f.left) != 1 {
		t.Error("asked again while leaving, the process did not end at once")
	}
}

func TestSignalReconnect(t *testing.T) {
	f := newSignals(t, startOptions{}, false)
	f.get(t, "INT")
	want := []string{`
Got a signal INT (my PID is 7 my PPID is 6)
Hit 2 ctr-c within 2 seconds to exit the program
Hit only 1 ctr-c to reconnect to both imap servers
For now only one signal INT within 2 seconds.`}
	if diff := cmp.Diff(want, f.lines.take("")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	f.clock = f.clock.Add(2500 * time.Millisecond)
	f.get(t, "INT")
	if f.cause != nil || f.reconnected != 2 {
		t.Fatalf("after two slow signals: cause %v, %d reconnections, want none and 2", f.cause, f.reconnected)
	}
	f.clock = f.clock.Add(2 * time.Second)
	f.get(t, "INT")
	if f.cause == nil || f.reconnected != 2 {
		t.Errorf("after two quick signals: cause %v, %d reconnections, want an end and 2", f.cause, f.reconnected)
	}
	if got := strings.Join(f.lines.take(""), "\n"); !strings.Contains(got, "Got two signals INT within 2 seconds. Exiting...") {
		t.Errorf("got lines %s", got)
	}
	f.get(t, "INT")
	if len(f.left) != 1 {
		t.Error("a third signal did not end the process at once")
	}
}

func TestSignalToggle(t *testing.T) {
	f := newSignals(t, startOptions{}, false)
	f.get(t, "USR1")
	f.throttled = true
	f.get(t, "USR1")
	f.maxSleep = 2
	f.get(t, "USR1")
	want := []string{"In toggle_sleep with USR1", "In toggle_sleep with USR1\nResetting maxsleep to 0s",
		"In toggle_sleep with USR1\nResetting maxsleep to 2s"}
	if diff := cmp.Diff(want, f.lines.take("")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestSignalPrintAndIgnore(t *testing.T) {
	f := newSignals(t, startOptions{SigIgnore: []string{"TERM"}}, false)
	f.get(t, "TERM")
	f.get(t, "HUP")
	f.get(t, "HUP")
	want := []string{
		"\nGot a signal TERM (my PID is 7 my PPID is 6). Received 1 TERM signals so far. Thanks!\n++++ Statistics",
		"\nGot a signal HUP (my PID is 7 my PPID is 6). Received 1 HUP signals so far. Thanks!",
		"\nGot a signal HUP (my PID is 7 my PPID is 6). Received 2 HUP signals so far. Thanks!",
	}
	if diff := cmp.Diff(want, f.lines.take("")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if f.cause != nil {
		t.Errorf("got an end: %v", f.cause)
	}
}

func TestAssignSignals(t *testing.T) {
	for _, test := range []struct {
		name   string
		o      startOptions
		docker bool
		want   string
	}{
		{"default", startOptions{}, false, "QUIT exit, TERM exit, INT reconnect, HUP print, USR1 sleep"},
		{"docker", startOptions{SigIgnore: []string{"INT"}}, true, "INT exit, QUIT exit, TERM exit"},
		{"chosen", startOptions{SigExit: []string{"int"}, SigReconnect: []string{"SIGTERM"}, SigIgnore: []string{"USR2"}}, false,
			"INT exit, TERM reconnect, HUP print, USR2 ignore, USR1 sleep"},
	} {
		if _, ok := signalByName("USR1"); !ok {
			t.Skip("this system has few signals")
		}
		var got []string
		for _, a := range assignSignals(test.o, test.docker) {
			_, word, _ := strings.Cut(roleWords[a.role], "_")
			got = append(got, signalName(a.sig)+" "+word)
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestSignalAnnouncement(t *testing.T) {
	a := assignSignals(startOptions{}, true)[0]
	if got, want := a.announcement(42), "kill -INT 42 # special behavior: call to sub catch_exit"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSignalsListen(t *testing.T) {
	f := newSignals(t, startOptions{}, false)
	sig, ok := signalByName("HUP")
	if !ok {
		t.Skip("a process cannot signal itself on this system")
	}
	printed := make(chan string, 1)
	f.print = func(text string) { printed <- text }
	stop := f.listen(context.Background())
	defer stop()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(sig); err != nil {
		t.Fatal(err)
	}
	if got := <-printed; !strings.Contains(got, "Received 1 HUP signals so far. Thanks!") {
		t.Errorf("got %q", got)
	}
}

func TestSignalByName(t *testing.T) {
	for _, name := range []string{"TERM", "term", "SIGTERM", "INT"} {
		if _, ok := signalByName(name); !ok {
			t.Errorf("%s: not found", name)
		}
	}
	for _, name := range []string{"", "SIG", "NOSUCH", "KILL", "STOP"} {
		if sig, ok := signalByName(name); ok {
			t.Errorf("%s: got %v, want none", name, sig)
		}
	}
}
