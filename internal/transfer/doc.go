// Package transfer copies messages: it is handed decided copies, folder by folder, and moves them
// from host1 to host2 with as few waits as the servers allow. It decides nothing.
//
// Terms: a batch is a handful of messages of one folder, fetched by one command and appended by one
// command where the server has MULTIAPPEND. A lane is one ordered appender, on one connection to
// host2, fed by several fetchers, each on its own connection to host1. A message above the relay
// limit streams from one socket to the other without being held.
//
//  1. Send cuts decided copies into batches and takes their octets from the budget, in append order (budget.go).
//  2. A fetcher asks for the batch while others are still on their way (fetcher.go); texts land in pooled
//     chunks (text.go).
//  3. The appender takes batches in order, sends them without waiting for answers, and keeps the texts
//     until the tagged answer (appender.go). Big messages are relayed (relay.go).
//  4. A refused batch is sent again message by message, so that only the bad one is left behind (refused.go).
//  5. When host2's connection dies with appends in flight, their outcome is unknown until host2 stands
//     still and has been looked at (unknown.go): rule E1, the most important code here.
//
// Every message handed to Send ends in exactly one event: Copied, Skipped or Failed.
package transfer
