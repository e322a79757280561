package stories

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
)

var update = flag.Bool("update", false, "write what accounts hold into the stories")

func TestMain(m *testing.M) { program.Main(m) }

func TestStories(t *testing.T) {
	if os.Getenv(referenceVariable) != "" {
		t.Skip("skipped: ", referenceVariable, " asks for the reference, see TestReference")
	}
	pair := dovecot.Start(t)
	testscript.Run(t, params(pair, program.Command(t), false))
}

// params are those of every run of the stories; words start the program.
func params(pair *dovecot.Pair, words []string, reference bool) testscript.Params {
	return testscript.Params{
		Dir:                "testdata",
		RequireUniqueNames: true,
		Cmds:               commands,
		Setup: func(env *testscript.Env) error {
			return begin(env, pair, words, reference)
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "ours":
				return !reference, nil
			case "reference":
				return reference, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
	}
}

// story is what the commands of one script share.
type story struct {
	words     []string // start the program
	reference bool
	servers   *dovecot.Pair
	sides     map[string]*side
	cast      *cast
	behind    *running // the run started with &
	exit      int      // of the last run; -1 when a signal ended it
}

// side is one account.
type side struct {
	fixtures.Target
	host          string
	port, tlsPort int
	dovecot       *dovecot.Server // nil for another server
}

type storyKey struct{}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

var users atomic.Int64

// begin gives a story its accounts and its environment.
func begin(env *testscript.Env, pair *dovecot.Pair, words []string, reference bool) error {
	s := &story{words: words, reference: reference, servers: pair}
	s.cast = newCast(func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(env.WorkDir, name))
		if err != nil {
			panic(err) // the story names a file that it does not have
		}
		return text
	})
	n := users.Add(1)
	s.sides = map[string]*side{
		"host1": onDovecot(pair.First, fmt.Sprintf("ann%d", n)),
		"host2": onDovecot(pair.Second, fmt.Sprintf("bob%d", n)),
	}
	env.Values[storyKey{}] = s
	env.Vars = append(env.Vars, "HOME="+env.WorkDir, "XDG_STATE_HOME="+filepath.Join(env.WorkDir, ".state"), "TZ=UTC", "LANG=C", "CA="+pair.CA.File,
		"MASTER="+dovecot.Master, "MASTERPASSWORD="+dovecot.MasterPassword)
	env.Vars = append(env.Vars, s.variables("host1")...)
	env.Vars = append(env.Vars, s.variables("host2")...)
	return nil
}

func onDovecot(d *dovecot.Server, user string) *side {
	return &side{fixtures.Target{Addr: d.Addr(), User: user, Password: dovecot.Password}, d.Host, d.Port, d.TLSPort, d}
}

// variables are those of one side, in the form of the environment.
func (s *story) variables(name string) []string {
	a, n := s.sides[name], strings.TrimPrefix(name, "host")
	out := []string{"HOST" + n + "=" + a.host, fmt.Sprintf("PORT%s=%d", n, a.port), fmt.Sprintf("TLSPORT%s=%d", n, a.tlsPort),
		"USER" + n + "=" + a.User, "PASSWORD" + n + "=" + a.Password}
	if a.dovecot != nil {
		out = append(out, "TOKEN"+n+"="+dovecot.Token(a.User, time.Now().Add(time.Hour)), "SOCKET"+n+"="+a.dovecot.Socket())
	}
	return out
}

// side finds an account by the word of a story.
func (s *story) side(ts *testscript.TestScript, name string) *side {
	a := s.sides[name]
	if a == nil {
		ts.Fatalf("no account %q: host1 or host2", name)
	}
	return a
}
