package server

import (
	"crypto/tls"
	"slices"
	"strings"
	"time"

	"imapsync/internal/imap"
)

// Capabilities of this server that package imap has no name for.
const (
	capIdle       imap.Capability = "IDLE"
	capMove       imap.Capability = "MOVE"
	capUnselect   imap.Capability = "UNSELECT"
	capChildren   imap.Capability = "CHILDREN"
	capCreateUse  imap.Capability = "CREATE-SPECIAL-USE"
	capAuthPlain  imap.Capability = "AUTH=PLAIN"
	capAuthLogin  imap.Capability = "AUTH=LOGIN"
	maxLiteralLow                 = 4096 // LITERAL- (RFC 7888 section 5)
)

// Config says what a server offers. The zero value of every field but Store is usable.
type Config struct {
	Store Store
	// Capabilities that are offered; nil means DefaultCapabilities. What is not listed is not
	// understood either, so a server can be dressed as an old one. STARTTLS is listed only while
	// it can be used, AUTH= only before the login.
	Capabilities []imap.Capability
	// Prefix of the personal namespace, such as "INBOX.", and the hierarchy separator, by default '/'.
	Prefix    string
	Separator byte
	// TLS makes STARTTLS work. A listener with implicit TLS is made by the caller.
	TLS *tls.Config
	// RequireTLS refuses passwords on unencrypted connections (LOGINDISABLED).
	RequireTLS bool
	// Preauth names the user that every connection belongs to from the start.
	Preauth string
	// Greeting is the text of the first line; ID is the answer to ID, in pairs.
	Greeting string
	ID       []string
	// AppendLimit is the largest message in octets (RFC 7889); 0 means none. It is announced with the
	// capabilities, or by STATUS alone when they name APPENDLIMIT without a value.
	AppendLimit int64
	// PermanentFlags are the flags that can be kept; nil means all, keywords included.
	PermanentFlags []imap.Flag
	// MaxSessions limits the connections of all users together; 0 means none.
	MaxSessions int
	// Timeout closes a connection on which nothing moves, by default after 30 minutes.
	Timeout time.Duration
}

// DefaultCapabilities is what a server offers when Config does not say otherwise: all but
// LITERAL-, QUOTA and XLIST.
func DefaultCapabilities() []imap.Capability {
	return []imap.Capability{
		imap.CapIMAP4rev1, imap.CapSASLIR, imap.CapSTARTTLS, capAuthPlain, capAuthLogin, imap.CapLiteralPlus,
		imap.CapMultiAppend, imap.CapUIDPlus, imap.CapNamespace, imap.CapID, imap.CapEnable, imap.CapCondStore,
		imap.CapSpecialUse, capCreateUse, imap.CapListExtended, imap.CapListStatus, imap.CapStatusSize,
		capUnselect, capMove, capChildren, capIdle, imap.CapCompress,
	}
}

// Without gives list less the named capabilities.
func Without(list []imap.Capability, drop ...imap.Capability) []imap.Capability {
	return slices.DeleteFunc(slices.Clone(list), func(c imap.Capability) bool { return slices.Contains(drop, c) })
}

func (c Config) withDefaults() Config {
	if c.Capabilities == nil {
		c.Capabilities = DefaultCapabilities()
	}
	if c.Separator == 0 {
		c.Separator = '/'
	}
	if c.Greeting == "" {
		c.Greeting = "IMAP server ready"
	}
	if c.ID == nil {
		c.ID = []string{"name", "imapsync-server"}
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Minute
	}
	return c
}

func (s *session) has(c imap.Capability) bool { return slices.Contains(s.srv.cfg.Capabilities, c) }

// capabilities is the list as it stands now, for CAPABILITY and for response codes.
func (s *session) capabilities() string {
	var b strings.Builder
	b.WriteString("IMAP4rev1")
	for _, c := range s.srv.cfg.Capabilities {
		auth := strings.HasPrefix(string(c), "AUTH=") || c == imap.CapSASLIR
		switch {
		case c == imap.CapIMAP4rev1:
			continue
		case c == imap.CapSTARTTLS && !s.canStartTLS():
			continue
		case auth && (s.account != nil || !s.mayLogin()):
			continue
		case c == imap.CapCompress && s.compressed:
			continue
		}
		b.WriteByte(' ')
		b.WriteString(string(c))
	}
	if s.srv.cfg.AppendLimit > 0 && !s.has(imap.CapAppendLimit) {
		b.WriteString(" APPENDLIMIT=")
		b.WriteString(itoa(s.srv.cfg.AppendLimit))
	}
	if !s.mayLogin() && s.account == nil {
		b.WriteString(" LOGINDISABLED")
	}
	return b.String()
}

func (s *session) canStartTLS() bool {
	return s.srv.cfg.TLS != nil && s.has(imap.CapSTARTTLS) && !s.encrypted() && s.account == nil
}

func (s *session) mayLogin() bool { return !s.srv.cfg.RequireTLS || s.encrypted() }
