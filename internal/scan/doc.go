// Package scan reads what two servers have: the folders of an account, and the metadata of the
// messages of a folder. It turns answers into the values that packages folder and plan decide on.
//
// A [Listing] reads a folder's UIDs, flags, sizes, dates and Message-Ids while its rows are already
// being used. It is complete only with its tagged OK and as many messages as the mailbox has
// (docs/differences.md row 3). [Keys] is the second pass over the few messages that Message-Id does not
// tell apart.
package scan
