// Package migrate is one run for one pair of accounts: it orders the phases, counts errors and knows
// when to stop. It decides nothing about folders (package folder) or messages (package plan) and
// moves nothing itself (package transfer).
//
// The phases are listed in [Run]. In the folder loop several folders are in work at once, each
// by one goroutine (pair.go): it lists both sides, feeds the plan, hands copies to the transfer as they
// are decided, and at the end sets flags and sees to deletions (delete1.go, delete2.go). Folders that go to one destination are done one after
// the other, in order (rule E3).
package migrate
