// Command imapsync copies mailboxes between IMAP accounts, one way, incrementally, without
// duplicates. Everything is in package cli.
package main

import (
	"context"
	"os"

	"imapsync/internal/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
