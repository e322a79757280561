// Package message knows the text of a message: its header, the identity made of it, and its line
// ends. It is pure; texts come and go as byte slices and readers.
//
//   - The identity answers "is this message already there?". A [Key] is a hash of normalised
//     header lines, and an [Identifier], made from the user's [Options], computes three of them:
//     Short from the Message-Id alone, Full from Message-Id and Received as the reference does,
//     Fallback for messages that have neither.
//   - A normalised line is NAME: VALUE in capitals, blanks squeezed, 8-bit octets replaced by X, so
//     that folding, letter case and the order of lines do not matter.
//   - A synthetic Message-Id, <UID@imapsync>, was put there by --addheader of an earlier run. It
//     says nothing about the message and counts as absent (docs/differences.md row 5).
//
// What is copied and what is left is decided in package plan.
package message
