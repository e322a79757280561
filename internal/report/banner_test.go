package report

import (
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/getopt"
)

func TestBanner(t *testing.T) {
	var lines []string
	sink := event.Func(func(e event.Event) { lines = append(lines, e.(event.Note).Text) })
	host := Host{Name: "myhost", System: "linux", Memory: " with 22.7/23.5 free GiB of RAM", Cores: 2, PID: 12345, PPID: 12300,
		Directory: "/home/user", Executable: "/usr/bin/imapsync", RealUser: "user (uid 1000)", EffectiveUser: "user (euid 1000)"}
	Banner(sink, Start{Version: "0.1", Time: sampleStart, LogFile: "LOG_imapsync/x.txt", Command: []string{"imapsync", "--host1", "a"}, TempDir: "/tmp"}, host)
	got := strings.Join(lines, "\n")
	for _, want := range []string{
		"Here is imapsync 2.229 (Go 0.1) on host myhost, a linux system with 22.7/23.5 free GiB of RAM.",
		"Transfer started at Sunday 22 November 2026-11-22 17:36:07 +0000 UTC",
		"PID is 12345 my PPID is 12300",
		"Log file is LOG_imapsync/x.txt ( to change it, use --logfile path ; or use --nolog to turn off logging )",
		"Load is unknown on 2 cores",
		"Effective user id is user (euid 1000)",
		"Command line used, run by /usr/bin/imapsync:\nimapsync --host1 a",
		"Temp directory is /tmp ( to change it use --tmpdir dirpath )",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

func TestThisHost(t *testing.T) {
	h := ThisHost()
	if h.Name == "" || h.PID <= 0 || h.Directory == "" || h.RealUser == "" || h.Cores < 1 {
		t.Errorf("got %+v, want the facts of this process", h)
	}
}

func TestOptions(t *testing.T) {
	var o Options
	fs := getopt.NewSet()
	o.Register(fs)
	if _, problems := fs.Parse([]string{"--debug", "--noerrorsdump", "--quiet", "--debuglist"}); len(problems) > 0 {
		t.Fatalf("got %q, want no problems", problems)
	}
	text := o.Text("h1", "h2")
	if !text.Debug || !text.Quiet || text.DebugFlags || o.ErrorsDump.Or(true) || o.JSON.Value {
		t.Errorf("got %+v", o)
	}
	if o := fs.Lookup("debuglist"); o == nil || !o.Given() || o.NoEffectReason() == "" {
		t.Error("--debugcontent: want it accepted without effect, with a reason")
	}
}
