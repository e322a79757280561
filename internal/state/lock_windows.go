package state

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// errLocked tells that somebody else has the lock.
var errLocked = errors.New("locked by another process")

// lockFile locks one octet far behind the content, because others may read what is not locked.
func lockFile(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
