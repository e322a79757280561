package migrate_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/folder"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/message"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/scan"
	"imapsync/internal/state"
	"imapsync/internal/transfer"
)

// scene is two servers and how they are to be synchronised. All runs of a scene use its options.
type scene struct {
	testing.TB
	src, dst *imaptest.Server

	opts        migrate.Options
	folders     folder.Options
	messages    plan.Options
	transfer    transfer.Options
	identity    message.Options
	state       state.Rules
	deletes     prune.Options
	selects     scan.Options
	connections int
	timeout     float64 // seconds
	settle      time.Duration
	budget      int64
	retries     int64 // to connect again; 0 is the default of 3

	explainFlags bool

	rewrite message.RewriteOptions
	command transfer.Command
	temp    string // for texts too big to hold
}

type servers struct{ src, dst []imaptest.Option }

// newScene starts both servers. Tests of scenes run in parallel: they mostly wait.
func newScene(t testing.TB, s servers) *scene {
	t.Helper()
	if p, ok := t.(*testing.T); ok {
		p.Parallel()
	}
	return &scene{TB: t, src: imaptest.Start(t, s.src...), dst: imaptest.Start(t, s.dst...),
		timeout: 20, settle: 2 * time.Millisecond}
}

// bare is a run without the size blocks, whose commands would only hide those of the copy.
var bare = migrate.Options{FolderSizes: getopt.Bool{Given: true}, FolderSizesAtEnd: getopt.Bool{Given: true}}

func yes() getopt.Bool                { return getopt.Bool{Given: true, Value: true} }
func no() getopt.Bool                 { return getopt.Bool{Given: true} }
func number(n int64) getopt.Int       { return getopt.Int{Given: true, Value: n} }
func duration(s float64) getopt.Float { return getopt.Float{Given: true, Value: s} }

var day = time.Date(2021, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600))

// letter is a message like any other.
func letter(id, subject string, size int) []byte {
	head := "From: a@example.org\r\nTo: b@example.org\r\nSubject: " + subject + "\r\nDate: Thu, 4 Mar 2021 05:06:07 +0100\r\n" +
		"Received: from x by y; " + id + "\r\nMessage-Id: <" + id + "@example.org>\r\n\r\n"
	return pad(head, size)
}

// pad fills a message up to size octets of lines, at least one.
func pad(head string, size int) []byte {
	b := make([]byte, 0, max(size, len(head)+3))
	b = append(b, head...)
	for i := 0; len(b) < size-3; i++ {
		if i%70 == 69 && len(b) < size-5 {
			b = append(b, "\r\n"...)
			continue
		}
		b = append(b, byte('a'+(i+size)%26))
	}
	return append(b, ".\r\n"...)
}

// fill adds n letters of about size octets to a mailbox of host1.
func (s *scene) fill(box string, n, size int) {
	b := s.src.Account.Make(box, "")
	flags := [][]imap.Flag{nil, {imap.FlagSeen}, {imap.FlagFlagged, "$Label1"}, {imap.FlagSeen, imap.FlagAnswered}}
	had := len(b.Messages())
	for i := had; i < had+n; i++ {
		b.Add(letter(fmt.Sprintf("%s.%d", box, i), fmt.Sprint("number ", i), size+i), day.Add(time.Duration(i)*time.Minute), flags[i%4]...)
	}
}

// outcome is what a run told.
type outcome struct {
	*scene
	migrate.Result
	mu     sync.Mutex
	events []event.Event
}

func (o *outcome) Emit(e event.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, e)
}

func of[T event.Event](o *outcome) (out []T) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.events {
		if e, ok := e.(T); ok {
			out = append(out, e)
		}
	}
	return out
}

// copied counts the messages that host2 has confirmed.
func (o *outcome) copied() int { return len(of[event.Copied](o)) }

func (o *outcome) skipped(why plan.Reason) (n int) {
	for _, s := range of[event.Skipped](o) {
		if s.Reason == why {
			n++
		}
	}
	return n
}

func (o *outcome) warnings() (out []string) {
	for _, n := range of[event.Note](o) {
		if n.Level == event.Warning {
			out = append(out, n.Text)
		}
	}
	return out
}

// warned tells whether a warning has these words.
func (o *outcome) warned(words string) bool {
	return slices.ContainsFunc(o.warnings(), func(w string) bool { return strings.Contains(w, words) })
}

// run is one run, as package cli does it.
func (s *scene) run() *outcome { s.Helper(); return s.runUntil(context.Background(), nil) }

// patience is how long a run may take before it counts as hanging.
const patience = 60 * time.Second

// runUntil also watches the events, while the run waits.
func (s *scene) runUntil(ctx context.Context, watch func(event.Event)) *outcome {
	s.Helper()
	o := &outcome{scene: s}
	sink := event.Sink(o)
	if watch != nil {
		sink = event.Tee(o, event.Func(watch))
	}
	identity, err := message.NewIdentifier(s.identity)
	if err != nil {
		s.Fatal(err)
	}
	rules, errs := s.folders.Compile()
	if len(errs) > 0 {
		s.Fatal(errs)
	}
	rewriter, errs := message.NewRewriter(s.rewrite, s.identity.AddHeader.Value)
	if len(errs) > 0 {
		s.Fatal(errs)
	}
	policy, errs := s.deletes.Compile()
	if len(errs) > 0 {
		s.Fatal(errs)
	}
	selections, _, errs := s.selects.Compile(time.Now())
	if len(errs) > 0 {
		s.Fatal(errs)
	}
	cfg := migrate.Config{Delete: policy, Selections: selections, Host1: s.endpoint(account.Host1, s.src, sink), Host2: s.endpoint(account.Host2, s.dst, sink),
		Options: s.opts, Folders: rules, Messages: s.messages, Transfer: s.transfer, Identity: identity, State: s.state,
		Settle: s.settle, Budget: s.budget, ExplainFlags: s.explainFlags, Rewriter: rewriter, Command: s.command, TempDir: s.temp}
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.Result = migrate.Run(ctx, cfg, sink)
	}()
	select {
	case <-done:
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		s.Fatalf("the run hangs\n%s", stacks[:runtime.Stack(stacks, true)])
	}
	return o
}

func (s *scene) endpoint(side account.Side, srv *imaptest.Server, sink event.Sink) *endpoint.Endpoint {
	s.Helper()
	host, port, err := net.SplitHostPort(srv.Addr)
	if err != nil {
		s.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		s.Fatal(err)
	}
	o := endpoint.Options{Host: getopt.String{Given: true, Value: host}, Port: number(int64(n)),
		User: getopt.String{Given: true, Value: imaptest.User}, TLS: no(), SSL: no(), Timeout: duration(s.timeout)}
	if s.retries > 0 {
		o.ReconnectRetry = number(s.retries)
	}
	var c endpoint.Common
	if s.connections > 0 {
		c.Connections = number(int64(s.connections))
	}
	e, errs := endpoint.New(side, o, c, endpoint.Password(imaptest.Password), sink)
	if len(errs) > 0 {
		s.Fatal(errs)
	}
	return e
}

// long tells that the suites may take minutes ("make faults").
func long() bool { return os.Getenv("IMAPSYNC_LONG") != "" }

// seeds are the numbers of the cases of a suite by chance; those from IMAPSYNC_SEED on, if it is set.
func seeds(short, all int) []uint64 {
	n := short
	if long() {
		n = all
	}
	from, _ := strconv.ParseUint(os.Getenv("IMAPSYNC_SEED"), 10, 64)
	out := make([]uint64, n)
	for i := range out {
		out[i] = from + uint64(i+1)
	}
	return out
}

// without are the options of a server that lacks capabilities.
func without(caps ...imap.Capability) []imaptest.Option {
	return []imaptest.Option{imaptest.Without(caps...)}
}

// with are the options of a server that has capabilities besides the usual ones, less some.
func with(more []imap.Capability, less ...imap.Capability) []imaptest.Option {
	caps := append(server.Without(server.DefaultCapabilities(), less...), more...)
	return []imaptest.Option{imaptest.Config(server.Config{Capabilities: caps})}
}

func rules(r ...imaptest.Rule) []imaptest.Option { return []imaptest.Option{imaptest.Script(r...)} }

// batch is how many small messages one command appends where there is MULTIAPPEND.
const batch = 100

// multi tells whether a server of this kind is sent batches.
func multi(kind string) bool { return kind == "all" || kind == "no UIDPLUS" }

// shared tells whether several connections append to one folder of a server of this kind.
func shared(kind string) bool { return kind == "LITERAL-" || kind == "sync" || kind == "old" }

// few are the kinds that differ most, all of them in long tests.
func few() map[string][]imaptest.Option {
	all := kinds()
	if !long() {
		for _, less := range []string{"single", "LITERAL-", "old"} {
			delete(all, less)
		}
	}
	return all
}

// kinds are servers that make host2 be written to in different ways.
func kinds() map[string][]imaptest.Option {
	return map[string][]imaptest.Option{
		"all":        nil,
		"single":     without(imap.CapMultiAppend),
		"LITERAL-":   with([]imap.Capability{imap.CapLiteralMinus}, imap.CapLiteralPlus),
		"sync":       without(imap.CapLiteralPlus, imap.CapMultiAppend),
		"no UIDPLUS": without(imap.CapUIDPlus),
		"old":        without(imap.CapLiteralPlus, imap.CapMultiAppend, imap.CapUIDPlus),
	}
}

// twins adds messages without identity, equal in all that is compared and all to be copied.
func (s *scene) twins(box string, n int) {
	b := s.src.Account.Make(box, "")
	for range n {
		b.Add(pad("From: a@example.org\r\nSubject: draft\r\n\r\n", 300), day, imap.FlagDraft)
	}
}
