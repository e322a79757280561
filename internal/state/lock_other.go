//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly && !windows

package state

import (
	"errors"
	"os"
)

// errLocked is never returned here.
var errLocked = errors.New("locked by another process")

func lockFile(*os.File) error { return errors.ErrUnsupported }
