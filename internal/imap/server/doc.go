// Package server is a small IMAP4rev1 server (RFC 3501) over a [Store]. It serves the demo and
// the tests on loopback and can serve one connection over a pipe, so that everything the engine
// talks to is IMAP.
//
// Terms:
//   - A path is a mailbox name as the store knows it: components joined by "/", octets as on the
//     wire (modified UTF-7). The session turns names on the wire, with their prefix and
//     separator, into paths and back (names.go).
//   - A view is what one session believes the selected mailbox holds: the UIDs in order. It is
//     brought up to date between commands from [Mailbox.Changes] (view.go).
//   - Content is the text of a message, read at any offset; bodies stream between the connection
//     and the store without being copied in between.
//
// Commands of one connection run one after the other, in order; answers are flushed when the
// session is about to wait for the client, so pipelined commands cost no extra turns.
//
// It does not parse MIME: ENVELOPE, BODY, BODYSTRUCTURE and numbered body parts are refused, as a
// migration never asks for them. It is not meant to face the Internet.
package server
