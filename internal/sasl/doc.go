// Package sasl holds what proves who a user is: the [Secret] type, which cannot be printed by
// accident, and the client mechanisms that turn a secret into answers to a server (RFC 4422).
//
// The mechanisms implement [Client], the interface of emersion/go-sasl, which the connection in
// imap/client drives. The package does no I/O and reads no passwords from anywhere.
package sasl
