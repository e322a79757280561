package dovecot

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// RequireVariable is the environment variable that turns "Dovecot is missing" from a skip into a
// failure, for machines that must not pass by testing nothing.
const RequireVariable = "IMAPSYNC_REQUIRE_INTEGRATION"

var shared struct {
	once sync.Once
	pair *Pair
	err  error
}

// Start gives every test of a binary the same pair of servers, started by the first call. Without
// Dovecot the test is skipped, or fails when [RequireVariable] is set. TestMain calls [Stop].
func Start(t testing.TB) *Pair {
	t.Helper()
	shared.once.Do(func() { shared.pair, shared.err = Up(Options{}) })
	switch {
	case shared.err == nil:
	case errors.Is(shared.err, ErrMissing) && os.Getenv(RequireVariable) == "":
		t.Skip("skipped: ", shared.err)
	default:
		t.Fatal(shared.err)
	}
	return shared.pair
}

// Stop ends what Start started.
func Stop() {
	if shared.pair != nil {
		shared.pair.Down()
	}
}

var userSerial atomic.Int64

// NewUser returns the name of an account that nobody has used.
func NewUser(t testing.TB) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(strings.TrimPrefix(t.Name(), "Test")))
	if len(name) > 24 {
		name = name[:24]
	}
	return fmt.Sprintf("%s%d", name, userSerial.Add(1))
}
