//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"imapsync/internal/account"
)

// TestPasswordFromFIFO covers --passfile1 <(command), where the shell hands over a pipe.
func TestPasswordFromFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(path, []byte("piped\n"), 0o600) }()
	got, err := readPassFile(t.Context(), account.Host1, path)
	if err != nil || got.Reveal() != "piped" {
		t.Errorf("got %q, %v; want %q", got.Reveal(), err, "piped")
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// TestPIDFileIsNoLink checks that a link laid in a shared directory is not written through.
func TestPIDFileIsNoLink(t *testing.T) {
	p, _ := newPIDFile(t, false)
	target := filepath.Join(t.TempDir(), "precious")
	write(t, target, "mine")
	if err := os.Symlink(target, p.path); err != nil {
		t.Fatal(err)
	}
	p.isChosen = true
	if err := p.write(); err == nil {
		t.Error("wrote through a symbolic link")
	}
	if text, _ := os.ReadFile(target); string(text) != "mine" {
		t.Errorf("the link's target now holds %q", text)
	}
}
