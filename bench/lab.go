package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/integration/rawimap"
	"imapsync/integration/relay"
)

// lab is two servers, the programs to measure, and the score.
type lab struct {
	config
	pair   *dovecot.Pair
	dir    string
	serial int

	goals, met int
}

func newLab(binary string, c config) (*lab, error) {
	c.binary = binary
	parent := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		parent = "/dev/shm" // takes the disk out of the comparison
	}
	dir, err := os.MkdirTemp(parent, "bench")
	if err != nil {
		return nil, err
	}
	l := &lab{config: c, dir: dir}
	if out, err := exec.Command("go", "build", "-o", l.limitProgram(), "imapsync/bench/limit").CombinedOutput(); err != nil {
		l.close()
		return nil, fmt.Errorf("build the limit program: %w\n%s", err, out)
	}
	if l.pair, err = dovecot.Up(dovecot.Options{Dir: parent, SDBox: true, Fsync: true}); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lab) limitProgram() string { return filepath.Join(l.dir, "limit") }

func (l *lab) close() {
	if l.pair != nil {
		l.pair.Down()
	}
	os.RemoveAll(l.dir)
}

// fill loads an account on the first server under a name.
func (l *lab) fill(user string, account fixtures.Account) error {
	refused, err := fixtures.Load(fixtures.Target{Addr: l.pair.First.Addr(), User: user, Password: dovecot.Password}, account)
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("the server refused %q", refused)
	}
	return err
}

// link is how the programs reach the two servers.
type link struct {
	port1, port2 int
	relays       []*relay.Relay
}

func (l *lab) direct() link { return link{port1: l.pair.First.Port, port2: l.pair.Second.Port} }

// distant puts the delay and the bandwidth of a distant server before each side.
func (l *lab) distant() (link, error) {
	var k link
	for i, s := range []*dovecot.Server{l.pair.First, l.pair.Second} {
		r, err := relay.Start(s.Addr(), relay.Options{Delay: oneWay, Rate: linkRate})
		if err != nil {
			k.close()
			return k, err
		}
		k.relays = append(k.relays, r)
		if i == 0 {
			k.port1 = r.Port()
		} else {
			k.port2 = r.Port()
		}
	}
	return k, nil
}

func (k link) close() {
	for _, r := range k.relays {
		r.Close()
	}
}

// contender is one program of a table.
type contender struct {
	name string
	// command is what to run for a source and a destination account, in a directory of its own.
	command func(k link, user1, user2, dir string) []string
}

func (l *lab) ours() contender {
	return contender{"imapsync", func(k link, user1, user2, dir string) []string {
		return append([]string{l.binary}, l.options(k, user1, user2, dir)...)
	}}
}

func (l *lab) theReference() contender {
	return contender{"reference", func(k link, user1, user2, dir string) []string {
		return append(append([]string{}, l.reference...), l.options(k, user1, user2, dir)...)
	}}
}

func (l *lab) limit() contender {
	return contender{"limit", func(k link, user1, user2, _ string) []string {
		return []string{l.limitProgram(), "-from", local(k.port1), "-to", local(k.port2), "-user1", user1, "-user2", user2,
			"-password", dovecot.Password}
	}}
}

func local(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }

func (l *lab) options(k link, user1, user2, dir string) []string {
	return []string{"--host1", "127.0.0.1", "--port1", strconv.Itoa(k.port1), "--user1", user1, "--password1", dovecot.Password,
		"--host2", "127.0.0.1", "--port2", strconv.Itoa(k.port2), "--user2", user2, "--password2", dovecot.Password,
		"--nossl1", "--notls1", "--nossl2", "--notls2", "--nolog", "--noreleasecheck", "--nodockercontext",
		"--tmpdir", dir, "--pidfile", filepath.Join(dir, "pid")}
}

// once copies an account to a new one with one program, and checks count and size.
func (l *lab) once(c contender, k link, user1 string) (figures, error) {
	l.serial++
	user2 := fmt.Sprintf("to%d", l.serial)
	dir := filepath.Join(l.dir, user2)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return figures{}, err
	}
	f, err := measure(c.command(k, user1, user2, dir), dir, filepath.Join(dir, "out"),
		[]string{"HOME=" + dir, "XDG_STATE_HOME=" + dir, "IMAPSYNC_PASSWORD1=", "IMAPSYNC_PASSWORD2="})
	if err != nil {
		return f, err
	}
	return f, l.sameSizes(user1, user2)
}

// sameSizes compares what both INBOXes hold; the integration tests compare contents.
func (l *lab) sameSizes(user1, user2 string) error {
	n1, size1, err := inbox(l.pair.First, user1)
	if err != nil {
		return err
	}
	if n1 == 0 || size1 == 0 {
		return fmt.Errorf("the source has %d messages of %d octets: nothing was measured", n1, size1)
	}
	n2, size2, err := inbox(l.pair.Second, user2)
	if err == nil && (n1 != n2 || size1 != size2) {
		err = fmt.Errorf("host1 has %d messages of %d octets, host2 %d of %d", n1, size1, n2, size2)
	}
	return err
}

func inbox(s *dovecot.Server, user string) (messages, octets int64, err error) {
	c, err := rawimap.Dial(s.Addr(), user, dovecot.Password)
	if err != nil {
		return 0, 0, err
	}
	defer c.Close()
	return c.Status("INBOX")
}
