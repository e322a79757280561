// Package cli is the command line face of the program: it reads the words that users and their
// scripts type, checks them all before anything is connected, runs one migration, and turns its
// end into lines and an exit value.
//
// The order of a start, in the terms of the files:
//
//  1. main.go picks a verb; without one the words are a 2.229 command line, for ever.
//  2. table.go assembles the options from the packages that own them. Names whose behaviour does
//     not exist are in later.go and refused; names without meaning here are in noeffect.go.
//  3. presets.go (--gmail1 and the like) and settle.go (what one option implies for another) fill
//     in values the user left open.
//  4. validate.go collects everything wrong, from all owners, and refuses it with exit value 64.
//  5. session.go opens the log, prints the banner, takes care of the pidfile, and gets the passwords.
//  6. run.go hands a configuration to the engine; signals.go and watch.go may end it early.
//  7. exit.go chooses the exit value and finish.go prints the last lines.
//
// No package but this one reads the environment, the terminal, or a signal.
package cli
