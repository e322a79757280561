package server

import (
	"strings"

	"imapsync/internal/imap"
)

const inbox = "INBOX"

// mailboxPath turns a name on the wire into a path.
func (s *session) mailboxPath(name string) (string, error) {
	cfg := &s.srv.cfg
	sep := string(cfg.Separator)
	if strings.EqualFold(name, inbox) {
		return inbox, nil
	}
	rest := name
	if cfg.Prefix != "" {
		n := len(cfg.Prefix)
		if len(name) <= n || !strings.EqualFold(name[:n], cfg.Prefix) {
			return "", &Refusal{"", "Client tried to access nonexistent namespace. (Mailbox name should probably be prefixed with: " + cfg.Prefix + ")"}
		}
		rest = name[n:]
	}
	if cfg.Separator != '/' {
		if strings.Contains(rest, "/") {
			return "", &Refusal{"CANNOT", "Character not allowed in mailbox name: '/'"}
		}
		rest = strings.ReplaceAll(rest, sep, "/")
	}
	for _, part := range strings.Split(rest, "/") {
		if part == "" {
			return "", &Refusal{"CANNOT", "Invalid mailbox name: empty component"}
		}
	}
	if strings.ContainsAny(rest, "*%\r\n\x00") {
		return "", &Refusal{"CANNOT", "Character not allowed in mailbox name"}
	}
	// INBOX has no letter case, as the parent of others neither.
	if first, below, ok := strings.Cut(rest, "/"); ok && strings.EqualFold(first, inbox) {
		rest = inbox + "/" + below
	}
	return rest, nil
}

// wireName is the opposite of mailboxPath.
func (s *session) wireName(path string) string {
	if path == inbox {
		return path
	}
	if s.srv.cfg.Separator != '/' {
		path = strings.ReplaceAll(path, "/", string(s.srv.cfg.Separator))
	}
	return s.srv.cfg.Prefix + path
}

// mailboxArg reads a mailbox name and gives its path; a name that cannot be is a refusal.
func (s *session) mailboxArg() (string, error) {
	name := s.p.astring()
	if s.p.err != nil {
		return "", s.p.err
	}
	return s.mailboxPath(name)
}

// open opens the mailbox of path; both arguments are results of mailboxArg, kept until the whole
// command has been read.
func (s *session) open(path string, err error) (Mailbox, error) {
	if err != nil {
		return nil, err
	}
	return s.account.Mailbox(path)
}

func hasFlag(flags []imap.Flag, f imap.Flag) bool {
	for _, g := range flags {
		if f.Is(g) {
			return true
		}
	}
	return false
}
