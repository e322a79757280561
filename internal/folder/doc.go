// Package folder decides which folders of host1 take part in a run and what each is called on
// host2. It is pure: it is given what both servers told about their folders (an [Account] each)
// and returns a [Plan], a value that the report prints and the engine carries out.
//
// Names are the octets of the wire ([imap.MailboxName]); comparisons are exact and order is byte
// order. Decoded names appear only in what users read, see [Jux].
//
// A plan is made in these steps, in the order users see in the log:
//
//  1. the separator and the prefix of each side (layout.go)
//  2. --subfolder1 and --subfolder2 (subfolder.go)
//  3. selection, order, checks of existence and selectability (selection.go, check.go)
//  4. the automap table (special.go)
//  5. the name of every host1 folder on host2, by the steps listed in mapper.go
//  6. the listings (listing.go) and the host2 folders that host1 does not feed (extra.go)
//
// How a missing host2 folder is created is decided by [Creation], from answers to STATUS.
package folder
