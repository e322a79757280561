package dovecot

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Options say how the servers of a pair store mail. The zero value is for tests.
type Options struct {
	Dir   string // parent directory, short because of socket names; "" for the system's temporary one
	SDBox bool   // Dovecot's own format, faster than maildir: for benchmarks
	Fsync bool   // wait for the disk as a production server does
}

// Pair is two running servers and the authority that signed their certificate.
type Pair struct {
	First, Second *Server
	CA            *Authority

	options Options
	dir     string
}

// ErrMissing tells that this machine has no Dovecot that [Up] can start.
var ErrMissing = errors.New("no usable Dovecot")

// Up starts a pair. The caller ends it with [Pair.Down]. Without a usable Dovecot the error is
// [ErrMissing], with the reason.
func Up(o Options) (*Pair, error) {
	program, err := find()
	if err != nil {
		return nil, err
	}
	parent := o.Dir
	if parent == "" {
		if parent = os.TempDir(); len(parent) > 50 {
			parent = "/tmp" // a socket's path holds about 100 octets
		}
	}
	dir, err := os.MkdirTemp(parent, "dovecot")
	if err != nil {
		return nil, err
	}
	p := &Pair{options: o, dir: dir}
	if err := p.start(program); err != nil {
		p.Down()
		return nil, err
	}
	return p, nil
}

func (p *Pair) start(program string) error {
	if err := os.Chmod(p.dir, 0o755); err != nil { // the servers run under other users
		return err
	}
	var err error
	if p.CA, err = NewAuthority(p.dir); err != nil {
		return err
	}
	for i, target := range []**Server{&p.First, &p.Second} {
		dir := filepath.Join(p.dir, styles[i].Name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		if *target, err = startServer(p, program, dir, styles[i]); err != nil {
			return err
		}
	}
	return nil
}

// Down stops both servers and removes their mail.
func (p *Pair) Down() {
	var stopped sync.WaitGroup
	for _, s := range []*Server{p.First, p.Second} {
		if s != nil {
			stopped.Go(s.stop)
		}
	}
	stopped.Wait()
	os.RemoveAll(p.dir)
}

func find() (string, error) {
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot" // not in every user's PATH
		if _, err := os.Stat(program); err != nil {
			return "", fmt.Errorf("%w: not installed (Debian package dovecot-imapd)", ErrMissing)
		}
	}
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s --version: %w", ErrMissing, program, err)
	}
	if version := strings.TrimSpace(string(out)); !strings.HasPrefix(version, "2.3.") {
		return "", fmt.Errorf("%w: version 2.3 is needed, %s is %s", ErrMissing, program, version)
	}
	return program, nil
}
