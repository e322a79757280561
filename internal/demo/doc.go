// Package demo shows a real run without a network: two IMAP servers inside the program, TLS on
// loopback, an account full of the things that make mail hard, a run of the ordinary command line
// from one to the other, a second run that finds nothing to do, and a comparison of the accounts.
//
// The comparison looks into the stores of the servers, not through IMAP, so it does not depend on
// anything that was under test. The package knows neither the engine nor the command line: it is
// given a function that runs one.
package demo
