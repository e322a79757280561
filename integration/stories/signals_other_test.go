//go:build !unix

package stories

import "syscall"

// signals are none where there is no Dovecot to tell stories with.
var signals map[string]syscall.Signal
