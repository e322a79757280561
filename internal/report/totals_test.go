package report

import (
	"strings"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

func TestStatistics(t *testing.T) {
	totals, s := sampleStatistics()
	golden(t, "statistics.txt", s.Block()+totals.ErrorListing())
	kind, side, ok := totals.MostFrequent()
	if kind != fault.AppendSize || side != account.Host2 || !ok || totals.Errors() != 1 {
		t.Errorf("got %v %v %v and %d errors, want append_size host2 true and 1", kind, side, ok, totals.Errors())
	}
}

func TestVerdict(t *testing.T) {
	complete := func(name string, i Identity) FolderResult {
		return FolderResult{Src: imap.MailboxName(name), Dst: "d", State: FolderComplete, Identity: i}
	}
	for _, test := range []struct {
		name string
		s    Statistics
		want string
	}{
		{"all there", Statistics{Wanted: 1, Folders: []FolderResult{complete("a", Identity{2, 0, 2, 0})}},
			"The sync looks good, all 2 identified messages in host1 are on host2.\nThere is no unidentified message on host1.\n" +
				"The sync is strict, all 2 identified messages in host2 are on host1.\n"},
		{"nothing missing but a folder not visited", Statistics{Wanted: 2, Folders: []FolderResult{complete("a", Identity{2, 0, 2, 0}), {Src: "R&AOk-"}}},
			"The sync is not finished, 1 of 2 wanted folders were not completed.\nThere is no unidentified message on host1.\n" +
				"The sync is strict, all 2 identified messages in host2 are on host1.\nFolder [R&AOk-] = [Ré] was not visited\n"},
		{"empty accounts, a folder that failed", Statistics{Wanted: 1, Folders: []FolderResult{{Src: "a", Dst: "b", State: FolderUnfinished}}},
			"The sync is not finished, 1 of 1 wanted folders were not completed.\n" +
				"The sync is strict, all 0 identified messages in host2 are on host1.\nFolder [a] -> [b] was not completed\n"},
		{"dry", Statistics{Run: Run{Dry: true}, Wanted: 1, Folders: []FolderResult{complete("a", Identity{2, 2, 0, 0})}},
			"The sync is not finished, there are 2 among 2 identified messages in host1 that are not on host2.\nThere is no unidentified message on host1.\n" +
				"The sync is strict, all 0 identified messages in host2 are on host1.\n"},
		{"folders only", Statistics{Run: Run{JustFolders: true}, Wanted: 2, Folders: []FolderResult{complete("a", Identity{}), {Src: "b", Dst: "c", State: FolderUnfinished}}},
			"1 of 2 wanted folders were not completed.\nFolder [b] -> [c] was not completed\n"},
		{"unidentified", Statistics{Messages: Messages{Unidentified1: 3}, Wanted: 1, Folders: []FolderResult{complete("a", Identity{2, 0, 2, 0})}},
			"The sync looks good, all 2 identified messages in host1 are on host2.\n" +
				"There are 3 unidentified messages (usually Sent or Draft messages). To sync them add option --addheader\n" +
				"The sync is strict, all 2 identified messages in host2 are on host1.\n"},
		{"left behind", Statistics{Left: leftBehind(map[plan.Reason]int64{plan.AlreadyThere: 9, plan.DryRun: 9, plan.TooBig: 2, plan.SkippedByRule: 1})},
			"The sync is strict, all 0 identified messages in host2 are on host1.\nMessages of host1 left behind, by reason:\n" +
				"          2 too big\n          1 skipped by a rule of the command line\n"},
	} {
		for _, f := range test.s.Folders {
			test.s.Identity.add(f)
		}
		if got := test.s.Verdict(); got != test.want {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestVerdictBounded(t *testing.T) {
	s := Statistics{Wanted: 150, Folders: make([]FolderResult, 150)}
	got := s.Verdict()
	if n := strings.Count(got, "was not visited"); n != maxFolderLines {
		t.Errorf("got %d folder lines, want %d", n, maxFolderLines)
	}
	if !strings.HasSuffix(got, "and 50 more folders like these\n") {
		t.Errorf("got %q, want the others counted", got[max(0, len(got)-80):])
	}
}

func TestErrorListing(t *testing.T) {
	failure := func(kind fault.Kind, side account.Side, text string) event.Event {
		return event.Failed{Err: &fault.Error{Kind: kind, Side: side, Text: text}}
	}
	totals := NewTotals(Run{ErrorsDump: true, ErrorsMax: 3, Host2: Endpoint{Host: "h2", Port: 993}})
	totals.Emit(failure(fault.Select, account.Host1, "Could not select: x\n"))
	totals.Emit(failure(fault.Connect, account.Host2, "no\r\nway"))
	totals.Emit(failure(fault.Internal, account.NoSide, "odd"))
	want := "Maximum number of errors 3 reached ( you can change 3 to any value, for example 100 with --errorsmax 100 ). Exiting.\n" +
		"++++ Listing 3 errors encountered during the sync ( avoid this listing with --noerrorsdump ).\n" +
		"Err 1/3: Could not select: x\nErr 2/3: no\\r\\nway\nErr 3/3: odd\n" +
		"The most frequent error is ERR_CONNECTION_FAILURE_HOST2. Check that host1 h2 on port 993 is the right IMAP server to be contacted for your mailbox.\n" +
		"Maximum number of errors 3 reached ( you can change 3 to any value, for example 100 with --errorsmax 100 ). Exiting.\n"
	if got := totals.ErrorsMaxBlock(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestErrorTextsBounded lets a run fail without end: only the count goes on growing.
func TestLeftListing(t *testing.T) {
	totals := NewTotals(Run{ErrorsDump: true})
	if got := totals.LeftListing(); got != "" {
		t.Errorf("without messages left behind: got %q, want nothing", got)
	}
	totals.Emit(event.Skipped{Src: "INBOX", UID: 1, Size: 10, Reason: plan.AlreadyThere})
	totals.Emit(event.Skipped{Src: "Sent", UID: 7, Size: 20, Reason: plan.AppendRefused, Detail: "NO [LIMIT] too\r\nbig",
		Letter: event.Letter{MessageID: "<7@a>", From: "Ann", Subject: "odd\x1b[2J"}})
	for uid := imap.UID(1); uid <= maxLeftNamed+3; uid++ {
		totals.Emit(event.Skipped{Src: "INBOX", UID: uid, Size: 5, Reason: plan.TooBig})
	}
	got := totals.LeftListing()
	for _, want := range []string{
		"++++ Listing 54 messages of host1 left behind, by reason ( avoid this listing with --noerrorsdump ).\n53 too big:\n  msg INBOX/1 {5}\n",
		"  msg INBOX/50 {5}\n  and 3 more\n1 refused by host2:\n",
		`  msg Sent/7 {20} Message-Id:[<7@a>] From:[Ann] Subject:[odd\x1b[2J] NO [LIMIT] too\r\nbig` + "\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, want)
		}
	}
	totals.run.ErrorsDump = false
	if got := totals.LeftListing(); got != "" {
		t.Errorf("with --noerrorsdump: got %q, want nothing", got)
	}
}

func TestErrorTextsBounded(t *testing.T) {
	totals := NewTotals(Run{ErrorsDump: true})
	for range maxErrorTexts + 5 {
		totals.Emit(event.Failed{Err: &fault.Error{Text: "x"}})
	}
	got := totals.ErrorListing()
	if !strings.HasPrefix(got, "++++ Listing 10005 errors") || !strings.Contains(got, "Err 10000/10000: x\n") {
		t.Errorf("got %q…", got[:120])
	}
}

func TestExitTextUnknown(t *testing.T) {
	if got := ExitText(99); got != "EXIT_UNKNOWN" {
		t.Errorf("got %q, want EXIT_UNKNOWN", got)
	}
}

func TestMachine(t *testing.T) {
	m := startMachine().usage()
	if m.MemoryStart <= 0 || m.MemoryEnd <= 0 || m.MemoryPeak <= 0 || m.Cores < 1 || m.CPU < 0 {
		t.Errorf("got %+v, want figures of this process", m)
	}
	got := string(Machine{CPU: -1, Cores: 3}.append(nil, 0, 0))
	for _, want := range []string{": unknown on 3 cores\n", "%cpu                       : unknown\n", ": NA\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

func TestMeterWithoutTotal(t *testing.T) {
	m := newMeter()
	m.observe(event.LoopStarted{Messages1: -1}, sampleStart)
	if got := m.eta(sampleStart.Add(time.Second)); got != "" {
		t.Errorf("got %q, want no estimate while the total is unknown", got)
	}
	m.observe(event.TotalSizes{Host1: event.Sizes{Messages: 4}, Complete1: true}, sampleStart)
	m.observe(event.Copied{Size: 10}, sampleStart)
	want := "ETA: Sunday 22 November 2026-11-22 17:36:11 +0000 UTC  3 s  3/4 msgs left"
	if got := m.eta(sampleStart.Add(time.Second)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want = "25% 1/4 messages, ETA 3s, 0.010 KiB copied, 1.0 msgs/s, 0.010 KiB/s"
	if got := m.progress(sampleStart.Add(time.Second)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
