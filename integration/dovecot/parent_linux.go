package dovecot

import "syscall"

// dieWithParent lets the server end when the test binary dies without cleaning up, for example
// after a panic. It is in a process group of its own, so that Ctrl-C does not reach it first.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
