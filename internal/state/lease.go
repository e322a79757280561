package state

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"imapsync/internal/imap"
)

// Lease holds destination folders of a pair of mailboxes for one run (rule E12), until Release or the
// end of the process, however it ends.
type Lease struct{ file *os.File }

// Holder is who holds folders. It is what the file of a lease says.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Folders []string  `json:"folders"`
}

// Held tells that another run works on a folder.
type Held struct {
	Folder imap.MailboxName
	By     Holder
}

// Error names the folder and its holder.
func (h *Held) Error() string {
	return fmt.Sprintf("folder %s of host2 is being synced by process %d on %s since %s", h.Folder, h.By.PID, h.By.Host, h.By.Since.Format(time.RFC3339))
}

// Limits of taking a lease: runs take theirs one after the other, by a file that nobody holds for longer
// than it takes to read some others.
const (
	claimTries = 100
	claimPause = 50 * time.Millisecond
)

// Take holds folders of a pair of mailboxes, all or none. The error is *Held when another run has one.
// Every run has one file, locked as long as it lives and naming its folders; that of a run that is
// gone is not locked and is removed.
func Take(dir string, accounts Accounts, folders []imap.MailboxName) (*Lease, error) {
	dir = filepath.Join(dir, "locks")
	if err := private(dir); err != nil {
		return nil, err
	}
	name := accounts.fileName()
	turn, err := takeTurn(filepath.Join(dir, "turn"))
	if err != nil {
		return nil, err
	}
	defer turn.Close()
	others, err := filepath.Glob(filepath.Join(dir, escapeGlob(name)+".run-*"))
	if err != nil {
		return nil, err
	}
	wanted := map[string]imap.MailboxName{}
	for _, f := range folders {
		wanted[sameFolder(string(f))] = f
	}
	for _, other := range others {
		if err := look(other, wanted); err != nil {
			return nil, err
		}
	}
	return hold(filepath.Join(dir, name+".run-"+strconv.Itoa(os.Getpid())+"-"+rand.Text()[:8]), folders)
}

// private makes a directory that only its owner can write to. In a temporary directory somebody else
// may have made it before.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		err = fmt.Errorf("others may write to %s", dir)
	}
	return err
}

// sameFolder is equal for names of one folder: INBOX has no letter case.
func sameFolder(name string) string {
	if imap.MailboxName(name).IsInbox() {
		return "INBOX"
	}
	return name
}

// escapeGlob makes a name stand for itself in a pattern. Names of pairs have letters, digits and some
// signs only; a bracket would be the exception.
func escapeGlob(name string) string {
	return strings.NewReplacer(`[`, `\[`, `*`, `\*`, `?`, `\?`).Replace(name)
}

func takeTurn(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		err := lockFile(f)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, errLocked) || try == claimTries {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		time.Sleep(claimPause)
	}
}

// look reads the file of another run. One that nobody locks is left over from a run that is gone.
func look(path string, wanted map[string]imap.MailboxName) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	err = lockFile(f)
	if err == nil {
		return removeStale(path)
	}
	if !errors.Is(err, errLocked) {
		return fmt.Errorf("lock %s: %w", path, err)
	}
	var by Holder
	if err := json.NewDecoder(f).Decode(&by); err != nil {
		return nil // it is just going away
	}
	for _, name := range by.Folders {
		if folder, ok := wanted[sameFolder(name)]; ok {
			return &Held{Folder: folder, By: by}
		}
	}
	return nil
}

func removeStale(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func hold(path string, folders []imap.MailboxName) (*Lease, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	by := Holder{PID: os.Getpid(), Host: host, Since: time.Now().Truncate(time.Second)}
	for _, name := range folders {
		by.Folders = append(by.Folders, string(name))
	}
	err = lockFile(f)
	if err == nil {
		err = json.NewEncoder(f).Encode(by)
	}
	if err != nil {
		f.Close()
		os.Remove(path)
		return nil, err
	}
	return &Lease{file: f}, nil
}

// Release gives the folders back.
func (l *Lease) Release() {
	if l == nil || l.file == nil {
		return
	}
	os.Remove(l.file.Name())
	l.file.Close()
	os.Remove(l.file.Name()) // Windows removes no open file
	l.file = nil
}
