// Package rawimap is the smallest IMAP client that can load an account and read it back. It shares
// no code with the program on purpose: it serves the judge of the integration tests, and a judge
// must not inherit the mistakes of the judged.
//
// It is strict about bytes and short of features: no TLS, LOGIN only, one goroutine per
// connection. Bodies are held in memory.
package rawimap
