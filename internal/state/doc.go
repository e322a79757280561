// Package state remembers, between runs, what folders held and which message of host1 is which message of
// host2, and keeps two runs from filling the same folder at the same time.
//
// What is remembered is a cache and never the truth: whatever the file says, a pair counts only
// while both its messages are there, a listing only for as much of it as the server confirms, and losing
// the file costs the time to list folders and recognise messages by their headers again.
//
//   - A [Store] is the file of one pair of mailboxes, an SQLite database under the user's state
//     directory. A [Folder] of it is a pair of folders with the UIDVALIDITY of both: a folder made
//     anew is another.
//   - What folders of either side held when they were listed whole is remembered with what the server
//     said of them before (listing.go): the next run asks for what has changed since.
//   - Every pair carries a digest of the identity options it was recognised under. Under other
//     options messages are recognised anew.
//   - Pairs are written by one goroutine, many to a transaction. A run that is killed has written
//     some of its pairs: the others are recognised by the next.
//   - A [Lease] holds destination folders for one run (rule E12).
//   - The cache folders of 2.229 are read (oldcache.go), never written nor cleaned.
package state
