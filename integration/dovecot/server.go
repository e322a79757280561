package dovecot

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Server is one running Dovecot.
type Server struct {
	Name      string // "first" or "second"
	Host      string // always 127.0.0.1
	Port      int    // clear text and STARTTLS
	TLSPort   int
	Prefix    string
	Separator string

	dir  string
	id   identity
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has been waited for
}

// Addr is host and port for clear text.
func (s *Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// TLSAddr is host and port for TLS.
func (s *Server) TLSAddr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.TLSPort)) }

// Home is the directory of an account's mail, for those who write it directly. It exists only once
// somebody made it.
func (s *Server) Home(user string) string { return filepath.Join(s.dir, "home", user) }

// Owner gives the ids that own mail files.
func (s *Server) Owner() (uid, gid int) { return s.id.UID, s.id.GID }

// Log returns what the server logged so far.
func (s *Server) Log() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// LimitUser gives user a quota in octets, before its first sign-in.
func (s *Server) LimitUser(user string, octets int64) error {
	f, err := os.OpenFile(s.userFile(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s::%d:%d::%s::userdb_quota_rule=*:bytes=%d\n", user, s.id.UID, s.id.GID, s.Home(user), octets)
	if closed := f.Close(); err == nil {
		err = closed
	}
	// Dovecot looks at the file once in a second of its clock, perhaps in this one already for
	// another user; nothing tells when it will look again.
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second + 20*time.Millisecond)))
	return err
}

// startAttempts covers the moment between finding a free port and Dovecot's opening it.
const startAttempts = 4

func startServer(p *Pair, program, dir string, st style) (*Server, error) {
	id, err := mailIdentity()
	if err != nil {
		return nil, err
	}
	s := &Server{Name: st.Name, Host: "127.0.0.1", Prefix: st.Prefix, Separator: st.Separator, dir: dir, id: id}
	for attempt := 1; ; attempt++ {
		if s.Port, s.TLSPort, err = freePorts(); err != nil {
			return nil, err
		}
		if err = s.writeConfig(p, st, id); err != nil {
			return nil, err
		}
		err = s.run(program)
		if err == nil {
			return s, nil
		}
		if attempt == startAttempts || !strings.Contains(s.Log(), "in use") {
			return nil, fmt.Errorf("start Dovecot: %w\n%s", err, s.Log())
		}
	}
}

func (s *Server) run(program string) error {
	s.cmd = exec.Command(program, "-F", "-c", s.ConfigFile())
	s.cmd.SysProcAttr = dieWithParent()
	out, err := os.Create(filepath.Join(s.dir, "output"))
	if err != nil {
		return err
	}
	defer out.Close()
	s.cmd.Stdout, s.cmd.Stderr = out, out
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		s.cmd.Wait() // its status says nothing that the log does not say better
	}()
	if err := s.awaitGreeting(); err != nil {
		s.stop()
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%w: %s", err, text)
	}
	return nil
}

// awaitGreeting connects until the server greets; Dovecot offers no event to wait for.
func (s *Server) awaitGreeting() error {
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	limit := time.After(20 * time.Second)
	for {
		if greets(s.Addr()) {
			return nil
		}
		select {
		case <-retry.C:
		case <-s.done:
			return fmt.Errorf("it ended by itself")
		case <-limit:
			return fmt.Errorf("no greeting on %s within 20 s", s.Addr())
		}
	}
}

func greets(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	buf := make([]byte, 4)
	n, _ := c.Read(buf)
	return n == 4 && string(buf) == "* OK"
}

// stop ends the server: politely, and after five seconds for good.
func (s *Server) stop() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
	case <-time.After(5 * time.Second):
		s.cmd.Process.Kill()
		<-s.done
	}
}

func freePorts() (a, b int, err error) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer first.Close()
	second, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer second.Close()
	return first.Addr().(*net.TCPAddr).Port, second.Addr().(*net.TCPAddr).Port, nil
}
