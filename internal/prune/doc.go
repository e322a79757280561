// Package prune removes messages: it flags \Deleted and expunges what package plan decided and
// nothing else. It also owns the options about deletions.
//
// Terms: a [Box] is a folder as it was listed, with the epoch of its UIDs; our messages are those a
// call names. Rules kept here:
//
//  1. Nothing is sent before the SELECT was answered with OK, read-write, and the expected UIDVALIDITY (rule E8).
//  2. An implied expunge names our messages (UID EXPUNGE, RFC 4315). A server without UIDPLUS is sent a plain
//     EXPUNGE only when exactly our messages are flagged; else they stay flagged, and that is told
//     (docs/differences.md row 6).
//  3. What counts as removed is what is no longer there, not what was asked for.
//  4. Everything may be repeated: after a lost connection the same call is made again, on a new one.
//
// It does not decide what goes, and guards that speak of whole folders are package migrate's.
package prune
