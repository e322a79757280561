package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// bySignal is why a run ends when somebody asked it to by a signal.
type bySignal struct{ sig os.Signal }

// Error names the signal.
func (b bySignal) Error() string { return "Asked to terminate by a signal " + signalName(b.sig) }

// role is what a signal does. The zero value leaves the system's default.
type role uint8

const (
	roleNone role = iota
	roleExit
	roleReconnect
	rolePrint
	roleIgnore
	roleToggle
)

// roleWords are the ends of the lines that announce a signal, known from 2.229.
var roleWords = [...]string{"", "catch_exit", "catch_reconnect", "catch_print", "catch_ignore", "toggle_sleep"}

// twiceWithin is how quickly the second signal must follow for a reconnection to become an exit.
const twiceWithin = 2 * time.Second

// assignment gives one signal a role, in the order of the announcements.
type assignment struct {
	sig  os.Signal
	role role
}

// assignSignals decides what each signal does. Later roles replace earlier ones of the same
// signal. In a container only the signals that its supervisor sends are handled.
func assignSignals(o startOptions, docker bool) []assignment {
	var all []assignment
	assign := func(r role, given []string, defaults ...string) {
		if len(given) == 0 {
			given = defaults
		}
		for _, name := range given {
			if sig, ok := signalByName(name); ok {
				all = append(all, assignment{sig, r})
			}
		}
	}
	if docker {
		assign(roleExit, nil, "INT", "QUIT", "TERM")
		return all
	}
	assign(roleExit, o.SigExit, "QUIT", "TERM")
	assign(roleReconnect, o.SigReconnect, "INT")
	assign(rolePrint, nil, "HUP")
	assign(roleIgnore, o.SigIgnore)
	assign(roleToggle, nil, "USR1")
	return all
}

// announcement is the line that tells how to send the signal and what it does.
func (a assignment) announcement(pid int) string {
	return fmt.Sprintf("kill -%s %d # special behavior: call to sub %s", signalName(a.sig), pid, roleWords[a.role])
}

// signals carries out the roles. Its functions are called on its own goroutine, one at a time.
type signals struct {
	roles     map[os.Signal]role
	pid, ppid int

	now        func() time.Time
	print      func(text string)
	statistics func() string       // "" while there are none
	leave      func(cause error)   // asks the run to finish what it has in hand
	leaveNow   func(sig os.Signal) // ends the process; it is not expected to return
	reconnect  func()              // remakes the connections
	toggle     func() (maxSleep float64, ok bool)

	received map[os.Signal]int
	last     time.Time // of the previous signal that reconnects
	leaving  bool
}

// listen starts to carry out the roles and returns a function that stops it and gives the signals
// their default action back.
func (s *signals) listen(ctx context.Context) (stop func()) {
	ch := make(chan os.Signal, 16)
	for sig := range s.roles {
		signal.Notify(ch, sig)
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case sig := <-ch:
				s.handle(sig)
			}
		}
	}()
	return func() {
		signal.Stop(ch)
		cancel()
		<-done
	}
}

// handle carries out the role of one signal.
func (s *signals) handle(sig os.Signal) {
	if s.received == nil {
		s.received = map[os.Signal]int{}
	}
	s.received[sig]++
	switch s.roles[sig] {
	case roleExit:
		s.exit(sig)
	case roleReconnect:
		s.reconnectOrExit(sig)
	case rolePrint:
		s.print(s.thanks(sig))
	case roleIgnore:
		s.print(strings.TrimSuffix(s.thanks(sig)+"\n"+s.statistics(), "\n"))
	case roleToggle:
		s.toggleSleep(sig)
	case roleNone:
	}
}

// toggleSleep switches the pauses of the rates off or on; without any there is nothing to switch.
func (s *signals) toggleSleep(sig os.Signal) {
	text := "In toggle_sleep with " + signalName(sig)
	if maxSleep, ok := s.toggle(); ok {
		text += fmt.Sprintf("\nResetting maxsleep to %gs", maxSleep)
	}
	s.print(text)
}

func (s *signals) got(sig os.Signal) string {
	return fmt.Sprintf("\nGot a signal %s (my PID is %d my PPID is %d)", signalName(sig), s.pid, s.ppid)
}

func (s *signals) thanks(sig os.Signal) string {
	return fmt.Sprintf("%s. Received %d %s signals so far. Thanks!", s.got(sig), s.received[sig], signalName(sig))
}

// exit asks the run to end; asked again, the process ends at once.
func (s *signals) exit(sig os.Signal) {
	if s.leaving {
		s.leaveNow(sig)
		return
	}
	s.leaving = true
	s.print(s.got(sig) + ". Asked to terminate")
	s.leave(bySignal{sig})
}

// reconnectOrExit makes one Ctrl-C remake the connections, which helps when a server hangs, and two
// end the run.
func (s *signals) reconnectOrExit(sig os.Signal) {
	now := s.now()
	if s.leaving {
		s.leaveNow(sig)
		return
	}
	if !s.last.IsZero() && now.Sub(s.last) <= twiceWithin {
		s.print(fmt.Sprintf("Got two signals %s within 2 seconds. Exiting...", signalName(sig)))
		s.exit(sig)
		return
	}
	s.last = now
	s.print(s.got(sig) + `
Hit 2 ctr-c within 2 seconds to exit the program
Hit only 1 ctr-c to reconnect to both imap servers
For now only one signal ` + signalName(sig) + ` within 2 seconds.`)
	s.reconnect()
}
