package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"imapsync/integration/dovecot"
)

const (
	mbsync = "mbsync"
	dsync  = "dsync"
)

// peers are the other programs of this machine.
func (l *lab) peers(kind linkKind) []program {
	var all []program
	if path, err := exec.LookPath("mbsync"); err == nil {
		all = append(all, program{name: mbsync, remembers: true, command: func(r run) ([]string, error) {
			rc := filepath.Join(r.dir, "mbsyncrc")
			return []string{path, "-q", "-c", rc, "all"}, os.WriteFile(rc, []byte(mbsyncConfiguration(r)), 0o600)
		}})
	}
	// dsync writes the second server's store directly, which is less work than the others do; what
	// that server lacks over IMAP means nothing to it.
	if path, err := exec.LookPath("doveadm"); err == nil && kind != weak {
		all = append(all, program{name: dsync, serial: true, remembers: true, command: func(r run) ([]string, error) { return l.dsyncCommand(path, r), nil }})
	}
	return all
}

// mbsyncConfiguration makes a one-way copy with flags, dates and folders.
func mbsyncConfiguration(r run) string {
	var b strings.Builder
	for _, side := range []struct {
		name, user string
		port       int
	}{{"one", r.user1, r.port1}, {"two", r.user2, r.port2}} {
		fmt.Fprintf(&b, "IMAPAccount %s\nHost 127.0.0.1\nPort %d\nUser %s\nPass %s\nSSLType None\nAuthMechs LOGIN\n\nIMAPStore %s\nAccount %s\n\n",
			side.name, side.port, side.user, dovecot.Password, side.name, side.name)
	}
	fmt.Fprintf(&b, "Channel all\nFar :one:\nNear :two:\nPatterns *\nCreate Near\nSync Pull\nCopyArrivalDate yes\nSyncState %s/\n", r.home)
	return b.String()
}

// dsyncCommand works as the user that owns the mail, and without asking the server who that is: its
// answers are made for sign-ins, which doveadm does not do.
func (l *lab) dsyncCommand(path string, r run) []string {
	server := l.pair.Second
	var args []string
	if os.Getuid() == 0 {
		uid, gid := server.Owner()
		args = append(args, "setpriv", fmt.Sprint("--reuid=", uid), fmt.Sprint("--regid=", gid), "--clear-groups")
	}
	home := server.Home(r.user2)
	args = append(args, "env", "--chdir=/", "USER="+r.user2, "HOME="+home, path, "-c", server.ConfigFile())
	for _, o := range []string{"mail_location=sdbox:" + home + "/mail", "stats_writer_socket_path=",
		"namespace/inbox/prefix=", "namespace/inbox/separator=/", // as on the first server, or it loses INBOX
		"imapc_host=127.0.0.1", fmt.Sprint("imapc_port=", r.port1), "imapc_user=" + r.user1,
		"imapc_password=" + dovecot.Password, "imapc_features=rfc822.size fetch-headers fetch-bodystructure"} {
		args = append(args, "-o", o)
	}
	return append(args, "backup", "-R", "imapc:")
}
