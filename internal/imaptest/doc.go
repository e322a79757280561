// Package imaptest gives tests an IMAP server that lies, stalls and breaks on demand.
//
// [Start] runs imap/server over an account in memory, on loopback. Between the client and that
// server sits a tap that understands commands, responses and literals. It counts them, delays
// them, and carries out a script of [Rule] values: which command (verb, part of its line), which
// occurrence (Skip, Times), and an [Action]. The server behind the tap stays correct, so what it
// stores is the truth a test can rely on. The tap handles TLS, STARTTLS and COMPRESS itself and
// therefore always sees clear text; with [Front] it stands before a real server instead.
//
// Actions are deterministic: those that break a connection first let the answers to earlier
// commands through, and pass no later command on, unless the action says otherwise.
// [Server.Settle] waits until the server is done with what it got from broken connections.
//
// [ReadSnapshot] reads an account over IMAP from any server, [Compare] tells how two differ.
package imaptest
