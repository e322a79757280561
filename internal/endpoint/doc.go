// Package endpoint is "a signed-in connection to host1": it knows where a side of the run lives,
// how its connection is encrypted and who signs in, and lends connections that are ready for use.
//
//   - An [Endpoint] is one side. [New] compiles the options and reports every mistake in them before
//     anything is connected.
//   - The first sign-in, [Endpoint.Login], tells its story line by line as 2.229 does; the later ones
//     are silent replays of the whole of it: TCP, TLS, authentication, compression, ENABLE.
//   - The pool lends connections: [Endpoint.Get] and [Endpoint.Put]. It never holds more than
//     --connections of them, fewer when the server refuses some, and keeps idle ones alive.
//   - A lost connection is handed to [Endpoint.Replace], which signs in again within limits.
//
// Encryption is chosen in this order: an explicit --sslN or --tlsN; else a probe of port 993; else
// STARTTLS when the server lists it; else clear text, and then a password is sent to this machine
// only. Certificates are verified unless --sslargsN relaxes that (docs/differences.md row 10).
//
// The package selects no mailboxes and repeats no commands: what to do again after a loss is decided
// by who was using the connection (rule E1). Errors are of type fault.Error and carry the words that
// 2.229 uses, so that exit codes and scripts keep their meaning.
package endpoint
