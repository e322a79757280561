// Package plan decides, from the listings of a pair of folders, what is to be copied and which
// flags are to be set, and what may be removed. It is pure: values in, values out, no connection, no clock, no log.
//
// Terms: a [Row] is one listed message; a short key identifies it by Message-Id alone; a full key is
// the reference's identity (Message-Id and every Received line); the fallback key serves messages
// without Message-Id, called void here. A [Folder] is the accumulator for one destination folder and one source.
//
// How a folder is decided (rules E2 and E4 of ARCHITECTURE.md):
//
//  1. The destination's rows come first, and must be complete (or provably empty).
//  2. Source rows come in chunks, in ascending UID order. A message whose Message-Id is neither on
//     host2 nor seen before is a copy at once, so that copying starts while the listing goes on.
//  3. A Message-Id seen before, or none at all, needs the other identity headers: Needs names the
//     messages, once each, and Identify takes the keys.
//  4. A Message-Id that host2 has is decided when the source is complete: inside the group, messages
//     are matched one to one, by known pair, by full key, then by fallback key and agreeing size, by
//     agreeing size, and in UID order. What host1 has beyond host2's number is copied.
//  5. Void messages are decided last, one to one: by full key, by text, by fallback key and agreeing
//     size, the last also with messages of host2 that have a Message-Id and found none of host1's.
//  6. What a server was asked and did not tell makes a message Unidentified wherever it could be
//     the one that host2 has: it is neither copied nor forgotten.
//  7. Finish demands proof that both listings were complete, and so do those who speak of deletions,
//     after the copies: Removals says what may go from host2 (removal.go, protection.go), Prove which messages of
//     host1 are proven to be there (proof.go). The guards over both are in guard.go.
//
// Steps 4 and 5 match on weak evidence because servers rewrite what they store, and a run that does
// not see that copies everything again. They answer "already there" only, never a deletion.
package plan
