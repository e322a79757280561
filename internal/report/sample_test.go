package report

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

var sampleStart = time.Date(2026, 11, 22, 17, 36, 7, 0, time.UTC)

// clock gives times that are 50 ms apart.
func clock() func() time.Time {
	now := sampleStart
	return func() time.Time {
		now = now.Add(50 * time.Millisecond)
		return now
	}
}

func sampleRun() Run {
	return Run{
		Start: sampleStart, ErrorsDump: true, ErrorsMax: 50, SizesAtEnd: true,
		Host1: Endpoint{"old.example", 993, "alice"}, Host2: Endpoint{"new.example", 993, "bob"},
	}
}

// sample has at least one event of every type: a run over three folders, of which the second fails
// in part and the third is never reached.
func sample() []event.Event {
	refused := &fault.Error{Kind: fault.AppendSize, Side: account.Host2, Folder: "Sent", UID: 2, Hint: "see --maxsize",
		Text: "- msg Sent/2 {3144} could not append ( Subject:[x], Date:[y], Size:[3144], Flags:[] ) to folder Sent: NO too\r\nbig"}
	return []event.Event{
		event.Note{Text: "Host1: found 3 folders.", Side: account.Host1},
		event.Note{Level: event.Debug, Text: "only with --debug"},
		event.Trace{Side: account.Host2, Sent: true, Text: "A1 LOGIN bob ***"},
		event.Trace{Side: account.Host2, Text: "A1 OK done"},
		event.Alert{Side: account.Host1, Text: "maintenance\x1b[2J tonight"},
		event.LoggedIn{Side: account.Host1, Host: "old.example", Port: 993, User: "alice", Mechanism: "LOGIN"},
		event.FolderSizes{When: event.Before, Index: 1, Count: 3, Src: "INBOX", Dst: "INBOX",
			Host1: &event.Sizes{Messages: 6, Bytes: 912, Biggest: 152}, Host2: &event.Sizes{Messages: 2, Bytes: 309, Biggest: 157}},
		event.FolderSizes{When: event.Before, Index: 2, Count: 3, Src: "Sent", Dst: "Sent", Host1: &event.Sizes{Messages: 2, Bytes: 3265}},
		event.TotalSizes{When: event.Before, Folders1: 3, Folders2: 3, Host1: event.Sizes{Messages: 8, Bytes: 4177, Biggest: 3144},
			Host2: event.Sizes{Messages: 2, Bytes: 309, Biggest: 157}, Complete1: true, Complete2: true, Elapsed: 300 * time.Millisecond},
		event.LoopStarted{Folders: 3, Wanted: []imap.MailboxName{"INBOX", "Sent", "R&AOk-ponses"}, Messages1: 8},
		event.FolderStarted{Index: 1, Count: 3, Src: "INBOX", Dst: "INBOX"},
		event.FolderSelected{Side: account.Host1, Folder: "INBOX", Messages: 6},
		event.FolderSelected{Side: account.Host2, Folder: "INBOX", Messages: 2, PermanentFlags: []imap.Flag{`\Seen`, "$Junk"}},
		event.FolderListed{Side: account.Host1, Folder: "INBOX", Considered: 6, Selected: 6, Duplicates: 1, Void: 1},
		event.FolderListed{Side: account.Host2, Folder: "INBOX", Considered: 2, Selected: 2},
		event.Skipped{Src: "INBOX", UID: 1, Dst: "INBOX", Size: 152, Reason: plan.AlreadyThere},
		event.FlagsChanged{Folder: "INBOX", UIDs: []imap.UID{1}, Flags: []imap.Flag{`\Seen`}},
		event.Copied{Src: "INBOX", SrcUID: 2, Dst: "INBOX", DstUID: 3, Size: 152},
		event.Copied{Src: "INBOX", SrcUID: 3, Dst: "INBOX", Size: 153, Changed: true},
		event.Skipped{Src: "INBOX", UID: 4, Dst: "INBOX", Size: 153, Reason: plan.DuplicateOnHost1},
		event.Skipped{Src: "INBOX", UID: 5, Dst: "INBOX", Size: 5000, Reason: plan.TooBig, Detail: "5000 exceeds maxsize limit 4000 bytes"},
		event.Skipped{Src: "INBOX", UID: 6, Dst: "INBOX", Size: 150, Reason: plan.VanishedOnHost1},
		event.FolderDone{Index: 1, Count: 3, Src: "INBOX", Dst: "INBOX", Identified1: 5, Missing2: 1, Identified2: 4, Extra2: 1, Complete: true},
		event.FolderStarted{Index: 2, Count: 3, Src: "Sent", Dst: "Sent"},
		event.FolderCreated{Stage: event.CreateAttempt, Folder: "Sent"},
		event.FolderCreated{Stage: event.CreateDone, Folder: "Sent"},
		event.Subscribed{Folder: "Sent"},
		event.Reconnected{Side: account.Host2},
		event.Reconnected{Side: account.Host1, Err: errors.New("connection refused")},
		event.Failed{Err: refused},
		event.Skipped{Src: "Sent", UID: 2, Dst: "Sent", Size: 3144, Reason: plan.AppendRefused, Detail: "too big",
			Letter: event.Letter{MessageID: "<big@old.example>", From: "Ann <ann@old.example>", Subject: "holiday pictures"}},
		event.FolderDone{Index: 2, Count: 3, Src: "Sent", Dst: "Sent", Identified1: 2, Missing2: 2},
		event.Marking{Side: account.Host1, Folder: "INBOX", UID: 2, Cause: event.CopiedNow, Expunge: true},
		event.Marking{Side: account.Host1, Folder: "INBOX", UID: 3, Cause: event.CopiedNow, Dry: true},
		event.Marking{Side: account.Host2, Folder: "INBOX", UID: 4, Cause: event.Duplicate2},
		event.Marking{Side: account.Host2, Folder: "INBOX", UID: 5, Identity: "1+ZvfAWWXAnVN10ppSdZOg", Cause: event.NotOnHost1, Dry: true},
		event.Expunging{Side: account.Host2, Folder: "INBOX", Messages: 2},
		event.Expunging{Side: account.Host1, Folder: "INBOX", All: true, Start: true},
		event.Expunging{Side: account.Host2, Folder: "INBOX", All: true},
		event.Deleted{Side: account.Host2, Folder: "INBOX", Messages: 2, Bytes: 300, Expunged: true},
		event.Deleted{Side: account.Host1, Folder: "INBOX", Messages: 1, Bytes: 150},
		event.DeletionRefused{Side: account.Host2, Folder: "Sent", Guard: plan.GuardIncomplete, Messages: 3, Text: "Host2: nothing is deleted"},
		event.Kept{Src: "INBOX", UID: 1, Dst: "INBOX", Copy: 1, Size: 152, Why: plan.KeptDifferent},
		event.FolderDeleted{Side: account.Host1, Folder: "Old", Stage: event.FolderKept, Text: "Host1: folder Old has subfolders"},
		event.FolderDeleted{Side: account.Host1, Folder: "Empty", Stage: event.FolderDeleting},
		event.FolderDeleted{Side: account.Host1, Folder: "Empty", Stage: event.FolderGone, Dry: true},
		event.FolderDeleted{Side: account.Host2, Folder: "Junk", Stage: event.FolderDeleting},
		event.FolderDeleted{Side: account.Host2, Folder: "Junk", Stage: event.FolderRefused, Text: "NO not yours"},
		event.LoopEnded{},
		event.TotalSizes{When: event.After, Folders1: 3, Folders2: 3, Host1: event.Sizes{Messages: 8, Bytes: 4177, Biggest: 3144},
			Host2: event.Sizes{Messages: 4, Bytes: 614}, Complete1: true, Complete2: true},
	}
}

// sampleStatistics are those of sample, with the figures of a machine that stays the same.
func sampleStatistics() (*Totals, Statistics) {
	totals := NewTotals(sampleRun())
	for _, e := range sample() {
		totals.Emit(e)
	}
	s := totals.Finish(sampleStart.Add(1500 * time.Millisecond))
	s.Machine = Machine{MemoryStart: 10 << 20, MemoryEnd: 20 << 20, MemoryPeak: 25 << 20, CPU: 120 * time.Millisecond, Load: "0.82 0.43 0.17 7/139", Cores: 2}
	return totals, s
}
