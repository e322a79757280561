// Package client is one connection to an IMAP server: commands in flight, literals in both
// directions, STARTTLS and COMPRESS. It knows nothing about migration; it returns the server's
// answers as nouns of package imap and its refusals as *imap.Error.
//
//   - A command is a value: the method that makes it returns as soon as the command is written, its
//     Wait returns when the tagged answer has come. Any number may be in flight, but of those whose
//     answers name nothing (SEARCH, LIST, NAMESPACE and the like) the next waits for the one before.
//   - One goroutine reads. It runs the handlers of FETCH commands, so a handler that waits stops
//     everything else on this connection, and must not wait for another command of it.
//   - The write lock is held while a command is written, never while its answer is awaited. The only
//     exceptions are those where nothing may be sent before the answer: synchronising literals,
//     AUTHENTICATE, STARTTLS and COMPRESS.
//   - A command that was given up cannot be taken back: a context that ends inside a Wait or a write
//     closes the connection.
//
// All methods of [Conn] may be called from several goroutines.
package client
