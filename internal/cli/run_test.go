package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap/server"
)

// mailServer is an IMAP server with one account, ann with password sesame, on loopback without
// encryption.
type mailServer struct {
	port    string
	account *server.MemoryAccount
}

func startServer(t *testing.T) mailServer {
	t.Helper()
	store := server.NewMemory()
	account := store.AddUser("ann", "sesame")
	s := server.New(server.Config{Store: store})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-done; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("server: %v", err)
		}
	})
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return mailServer{port, account}
}

func (m mailServer) fill(mailbox string, messages int) {
	box := m.account.Make(mailbox, "")
	for i := range messages {
		text := fmt.Sprintf("Message-Id: <%d@%s>\r\nSubject: %d\r\n\r\nHello\r\n", i, mailbox, i)
		box.Add([]byte(text), time.Unix(1e9+int64(i), 0))
	}
}

// between is the command line from one server to the other.
func between(one, two mailServer, more ...string) []string {
	return append([]string{
		"--nodockercontext", "--nolog", "--notls1", "--notls2",
		"--host1", "127.0.0.1", "--port1", one.port, "--user1", "ann", "--password1", "sesame",
		"--host2", "127.0.0.1", "--port2", two.port, "--user2", "ann", "--password2", "sesame",
	}, more...)
}

func TestRuns(t *testing.T) {
	one, two := startServer(t), startServer(t)
	one.fill("INBOX", 3)
	one.fill("Sent", 2)
	folder := t.TempDir()
	good := `^Exiting with return value 0 \(EX_OK: successful termination\) 0/50 nb_errors/max_errors PID \d+$`
	for _, s := range []story{
		{args: []string{"--nodockercontext", "--nolog", "--host1", "127.0.0.1", "--port1", one.port}, stdout: []string{
			`^Host1: Will just connect to 127\.0\.0\.1 without login$`, good}},
		{args: between(one, two, "--justconnect"), stdout: []string{good}},
		{args: between(one, two, "--justlogin"), stdout: []string{
			`^Host1: success login on \[127\.0\.0\.1\] with user \[ann\]`, `^Host2: success login on `, good}, never: []string{"sesame", "Statistics"}},
		{args: between(one, two, "--dry"), stdout: []string{`^Messages transferred +: 0 \(could be 5 without dry mode\)$`, good}},
		{args: between(one, two), stdout: []string{
			`^\+\+\+\+ Statistics$`, `^Messages transferred +: 5 `, `^Folders synced +: 2/2 synced$`,
			`^The sync looks good, all 5 identified messages in host1 are on host2\.$`, `^Detected 0 errors$`, good, `^Removing pidfile `}},
		{args: between(one, two), stdout: []string{`^Messages transferred +: 0 $`, good}},
		{args: between(one, two, "--password2", "wrong", "--password1", "wrong"), exit: 161, never: []string{"Statistics", "sesame"}, stdout: []string{
			`^\+\+\+\+ Listing 2 errors encountered during the sync`, `^Err 1/2: Host1 failure: Error login on `,
			`^Err 2/2: Host2 failure: Error login on `, `^The most frequent error is ERR_AUTHENTICATION_FAILURE_USER1\. Check the credentials for ann\.$`,
			`^Exiting with return value 161 \(EXIT_AUTHENTICATION_FAILURE_USER1\) 2/50 nb_errors`}},
		{args: between(one, two, "--port2", "1"), exit: 102, stdout: []string{
			`^Exiting with return value 102 \(EXIT_CONNECTION_FAILURE_HOST2\) 1/50 nb_errors`}},
		{args: between(one, two, "--port2", "1", "--justconnect"), exit: 10, stdout: []string{
			`^Exiting with return value 10 \(EXIT_CONNECTION_FAILURE\) 1/50 nb_errors`}},
		{args: between(one, two, "--subfolder1", "Nowhere"), exit: 21, stdout: []string{
			`^Exiting with return value 21 \(EXIT_SUBFOLDER1_NO_EXISTS\) 1/50 nb_errors`}},
		{args: between(one, two, "--errorsmax", "1", "--password1", "wrong"), exit: 161, stdout: []string{
			`^Maximum number of errors 1 reached \( you can change 1 to any value, for example 100 with --errorsmax 100 \)\. Exiting\.$`}},
	} {
		s.tell(t, folder)
	}
}

func TestRunInJSON(t *testing.T) {
	one, two := startServer(t), startServer(t)
	one.fill("INBOX", 2)
	stdout := story{args: between(one, two, "--json")}.tell(t, t.TempDir())
	var last map[string]any
	for line := range strings.Lines(stdout) {
		last = nil
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatalf("not JSON: %s", line)
		}
	}
	if last["type"] != "summary" {
		t.Errorf("the last object is %v, want a summary", last)
	}
}
