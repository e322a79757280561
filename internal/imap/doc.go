// Package imap holds the words of IMAP (RFC 9051, RFC 3501 and extensions) that every other
// package shares: UIDs, mailbox names as they travel on the wire, flags, capabilities, and the
// classified answer of a server. It does no I/O and imports nothing of the project.
//
//   - A [MailboxName] is the raw octets a server uses. It is never decoded and encoded again on
//     its way back to the server; package utf7 decodes it for display only.
//   - A [UID] means something only together with the [UIDValidity] of its mailbox.
//   - An [Error] is a server's NO, BAD or BYE, sorted once into a [Kind]; nobody else reads
//     server texts to find out what happened.
//
// Wire syntax is in imap/wire, connections are in imap/client.
package imap
