//go:build !linux

package dovecot

import "syscall"

// dieWithParent has no equivalent outside Linux: a test binary that is killed leaves its servers.
func dieWithParent() *syscall.SysProcAttr { return nil }
