// Package sasl holds what proves who a user is: the [Secret] type, which cannot be printed by
// accident, and the client mechanisms that turn a secret into answers to a server (RFC 4422).
//
// The mechanisms implement [Client], the interface of emersion/go-sasl, which the connection in
// imap/client drives; those that have something to say about the server's verdict implement
// [Verifier] too. An authorization identity (authzid) is the account whose mail is wanted, an
// authentication identity (authcid) the user whose password it is; they differ for administrators.
//
// The package does no I/O and reads no passwords from anywhere.
package sasl
