// Package tap stands between a client and an IMAP server, in clear text, and listens: which commands
// go by, how often one side waits for the other, when the client had signed in and when its first
// APPEND left. It can also take capabilities out of what the server tells, so that a good server
// passes for a poor one. It adds no delay; a relay behind it does that.
package tap
