package imap

import "strings"

// Capability is a capability name without its value, upper case: "UIDPLUS", "AUTH", "APPENDLIMIT".
type Capability string

// Capabilities the engine looks at.
const (
	CapIMAP4rev1     Capability = "IMAP4REV1"
	CapSTARTTLS      Capability = "STARTTLS"
	CapLoginDisabled Capability = "LOGINDISABLED"
	CapLiteralPlus   Capability = "LITERAL+"
	CapLiteralMinus  Capability = "LITERAL-"
	CapMultiAppend   Capability = "MULTIAPPEND"
	CapUIDPlus       Capability = "UIDPLUS"
	CapNamespace     Capability = "NAMESPACE"
	CapID            Capability = "ID"
	CapEnable        Capability = "ENABLE"
	CapCondStore     Capability = "CONDSTORE"
	CapQResync       Capability = "QRESYNC"
	CapListStatus    Capability = "LIST-STATUS"
	CapListExtended  Capability = "LIST-EXTENDED"
	CapSpecialUse    Capability = "SPECIAL-USE"
	CapXList         Capability = "XLIST"
	CapStatusSize    Capability = "STATUS=SIZE"
	CapCompress      Capability = "COMPRESS=DEFLATE"
	CapQuota         Capability = "QUOTA"
	CapACL           Capability = "ACL"
	CapAppendLimit   Capability = "APPENDLIMIT"
	CapBinary        Capability = "BINARY"
	CapGmail         Capability = "X-GM-EXT-1"
	CapSASLIR        Capability = "SASL-IR"
	CapUnselect      Capability = "UNSELECT"
)

// Caps is a server's capability list in its own order and letters. The zero value is an unknown
// list; comparisons ignore letter case.
type Caps []string

// Has reports whether c is listed, as "NAME" or, when c has no "=", as "NAME=VALUE".
func (l Caps) Has(c Capability) bool {
	for _, s := range l {
		if strings.EqualFold(s, string(c)) {
			return true
		}
		if name, _, ok := strings.Cut(s, "="); ok && strings.EqualFold(name, string(c)) {
			return true
		}
	}
	return false
}

// Value returns the value of the first "NAME=VALUE", and whether there is one.
func (l Caps) Value(name Capability) (string, bool) {
	for _, s := range l {
		if n, v, ok := strings.Cut(s, "="); ok && strings.EqualFold(n, string(name)) {
			return v, true
		}
	}
	return "", false
}

// HasAuth reports whether AUTH=mechanism is listed.
func (l Caps) HasAuth(mechanism string) bool { return l.Has(Capability("AUTH=" + mechanism)) }

// String joins the list with blanks, in the server's order.
func (l Caps) String() string { return strings.Join(l, " ") }
