package stories

import (
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// server puts one side on another server.
func server(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "server SIDE NAME")
	s := storyOf(ts)
	old := s.side(ts, args[0])
	switch args[1] {
	case "first":
		s.sides[args[0]] = onDovecot(s.servers.First, old.User)
	case "second":
		s.sides[args[0]] = onDovecot(s.servers.Second, old.User)
	case "gmail":
		s.sides[args[0]] = onGmail(ts, old.User)
	case "sun":
		s.sides[args[0]] = onSun(ts, old.User)
	case "preauth":
		s.sides[args[0]] = onPreauth(ts, old.User)
	default:
		ts.Fatalf("no server %q", args[1])
	}
	for _, pair := range s.variables(args[0]) {
		name, value, _ := strings.Cut(pair, "=")
		ts.Setenv(name, value)
	}
}

// quota limits an account of Dovecot.
func quota(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "quota SIDE OCTETS")
	a := storyOf(ts).side(ts, args[0])
	octets, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if a.dovecot == nil {
		ts.Fatalf("%s is on a server without quota", args[0])
	}
	ts.Check(a.dovecot.LimitUser(a.User, octets))
}
