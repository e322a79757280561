package report

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/plan"
)

func printed(t *testing.T, opts TextOptions, events ...event.Event) string {
	t.Helper()
	if opts.Now == nil {
		opts.Now = clock()
	}
	var out strings.Builder
	text := NewText(&out, opts)
	for _, e := range events {
		text.Emit(e)
	}
	if err := text.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestText(t *testing.T) {
	golden(t, "run.txt", printed(t, TextOptions{Host1: "old.example", Host2: "new.example"}, sample()...))
}

func TestTextDebug(t *testing.T) {
	got := printed(t, TextOptions{Debug: true, DebugMemory: true}, sample()...)
	for _, want := range []string{
		"only with --debug\n",
		"msg INBOX/1 {152} skipped (already on host2)\n",
		"msg INBOX/4 {153} skipped (duplicate of another message of the same folder)\n",
		"msg Sent/2 {3144} skipped (refused by host2: too big)\n",
		`Host2: flags msg INBOX/1 set to h1 flags( \Seen )` + "\n",
		"Memory consumption at folder loop: ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

func TestTextDebugFolders(t *testing.T) {
	got := printed(t, TextOptions{DebugFolders: true}, sample()...)
	if !strings.Contains(got, "only with --debug\n") || strings.Contains(got, "already on host2") {
		t.Errorf("got\n%s\nwant the notes of level Debug, and no line per message left alone", got)
	}
}

func TestTextQuiet(t *testing.T) {
	got := printed(t, TextOptions{Quiet: true}, sample()...)
	for _, unwanted := range []string{"copied to", "skipped (", "ETA:"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%q is in the quiet output:\n%s", unwanted, got)
		}
	}
	for _, want := range []string{"++++ Looping on each one of 3 folders to sync\n", "could not append", "Folder     1/3 [INBOX]"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

func TestTextDry(t *testing.T) {
	got := printed(t, TextOptions{},
		event.LoopStarted{Folders: 1, Messages1: -1, Dry: true},
		event.FolderStarted{Index: 1, Count: 1, Src: "a", Dst: "a"},
		event.FolderCreated{Stage: event.CreateAttempt, Folder: "a"},
		event.FolderCreated{Stage: event.CreateDone, Folder: "a", Dry: true, JustDry: true},
		event.FolderCreated{Stage: event.CreateExists, Folder: "Inbox"},
		event.FolderCreated{Stage: event.CreateExists, Folder: "b"},
		event.FolderCreated{Stage: event.CreateRefusedMixing, Folder: "c"},
		event.Subscribed{Folder: "a", Dry: true},
		event.Skipped{Src: "a", UID: 7, Dst: "a", Reason: plan.DryRun},
		event.LoopEnded{})
	want := strings.Join([]string{
		"++++ Looping on each one of 1 folders to sync",
		"Folder     1/1 [a]                                 -> [a]                                ",
		"Creating folder [a] on host2",
		"Created folder [a] on host2 \t(not really since --dry mode)",
		"Since --dry mode is on and folder [a] on host2 does not exist yet, syncing messages will not be simulated.",
		"To simulate message syncing, use --justfolders without --dry to first create the missing folders then rerun the --dry sync.",
		"Folder [Inbox] already exists",
		"Folder [b] already exists (--nomixfolders is not set)",
		"Folder [c] already exists and --nomixfolders is set",
		"Host2: Subscribing to folder a \t(not really since --dry mode)",
		"msg a/7 copying to a \t(not really since --dry mode) ",
		"++++ End looping on each folder",
		"",
	}, "\n")
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestTextWhole checks that lines and size blocks stay whole when folders overlap.
func TestTextWhole(t *testing.T) {
	var out strings.Builder
	text := NewText(&out, TextOptions{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 2000 {
				text.Emit(event.Copied{Src: "a", SrcUID: 1, Dst: "b", Size: 1})
				text.Emit(event.FolderSizes{When: event.After, Index: 1, Count: 1, Src: "a", Dst: "b"})
			}
		})
	}
	wait.Wait()
	if err := text.Flush(); err != nil {
		t.Fatal(err)
	}
	copied, rows := 0, strings.Split(out.String(), "\n")
	for i, row := range rows {
		switch {
		case strings.HasPrefix(row, "msg a/1 {1}"):
			copied++
		case strings.HasPrefix(row, "Host1 folder"):
			if !strings.HasPrefix(rows[i+1], "Host2 folder") || !strings.HasPrefix(rows[i+2], "Host2-Host1") || rows[i+3] != "" {
				t.Fatalf("block cut at line %d: %q", i, rows[i:i+4])
			}
		}
	}
	if copied != 8000 {
		t.Errorf("got %d lines of copies, want 8000", copied)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTextWriteError(t *testing.T) {
	text := NewText(failing{}, TextOptions{})
	text.Print("a")
	if err := text.Flush(); err == nil || err.Error() != "disk full" {
		t.Errorf("got %v, want disk full", err)
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("a\r\nExiting with return value 0\x1b[1A")
	f.Add("é\t\xff\u009b31m")
	f.Fuzz(func(t *testing.T, s string) {
		if got := oneLine(s); strings.ContainsFunc(got, control) {
			t.Errorf("oneLine(%q): got %q, want no control characters", s, got)
		}
		if got := string(appendText(nil, s)); strings.ContainsFunc(strings.ReplaceAll(got, "\n", ""), control) {
			t.Errorf("appendText(%q): got %q, want no control characters but line ends", s, got)
		}
	})
}

func BenchmarkTextCopied(b *testing.B) {
	text := NewText(discard{}, TextOptions{})
	text.Emit(event.LoopStarted{Folders: 1, Messages1: 1 << 30})
	for b.Loop() {
		text.Emit(event.Copied{Src: "INBOX", SrcUID: 812, Dst: "INBOX.Archive", DstUID: 4711, Size: 4096})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
