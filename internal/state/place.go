package state

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Mailbox names one side of a pair.
type Mailbox struct {
	Host string
	Port int
	User string
}

// name is the same for all ways to reach the mailbox: the usual ports lead to the same server.
func (m Mailbox) name() string {
	host := strings.ToLower(m.Host)
	if m.Port != 0 && m.Port != 143 && m.Port != 993 {
		host += ":" + strconv.Itoa(m.Port)
	}
	return m.User + "@" + host
}

// Accounts is a pair of mailboxes.
type Accounts struct{ Host1, Host2 Mailbox }

// String names both for people.
func (a Accounts) String() string { return a.Host1.name() + " -> " + a.Host2.name() }

// fileName begins with what people recognise and ends with what keeps pairs apart.
func (a Accounts) fileName() string {
	sum := sha256.Sum256([]byte(a.Host1.name() + "\x00" + a.Host2.name()))
	plain := func(s string) string {
		s = strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@.-", r) {
				return r
			}
			return '_'
		}, s)
		return strings.TrimLeft(s[:min(len(s), 60)], ".")
	}
	return plain(a.Host1.name()) + "--" + plain(a.Host2.name()) + "-" + hex.EncodeToString(sum[:8])
}

// Place is the directory for everything: dir, or when that is empty the usual one of the system for
// what programs keep between runs.
func Place(dir string) (string, error) {
	if dir != "" {
		return filepath.Abs(dir)
	}
	if x := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(x) {
		return filepath.Join(x, "imapsync"), nil
	}
	if runtime.GOOS == "windows" {
		if local := os.Getenv("LOCALAPPDATA"); local != "" {
			return filepath.Join(local, "imapsync"), nil
		}
		return "", errors.New("LOCALAPPDATA is not set")
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", cmp.Or(err, errors.New("HOME is no absolute path"))
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "imapsync"), nil
	}
	return filepath.Join(home, ".local", "state", "imapsync"), nil
}
