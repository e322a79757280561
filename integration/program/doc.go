// Package program runs the built command between two real servers. A [Scene] is two accounts that
// only one test uses and the command line that names them; tests fill host1, run, and compare.
//
// The command is built once per test binary, with the race detector when the test binary has it.
// IMAPSYNC_BINARY names a ready command instead, possibly with words before it.
package program
