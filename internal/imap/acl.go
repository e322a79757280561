package imap

// ACLEntry is one line of a mailbox's access control list (RFC 4314): what a user, a group or
// "anyone" may do there, one letter for each right, in the server's order.
type ACLEntry struct {
	Identifier string
	Rights     string
}
