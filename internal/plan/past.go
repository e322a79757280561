package plan

import (
	"imapsync/internal/account"
	"imapsync/internal/imap"
)

// Past is what a folder of one side held when an earlier run listed it whole.
type Past struct {
	Mark
	// Rows has every message that was there, by ascending UID, each once. It may have more: a message
	// that had gone before the listing ended.
	Rows []Row
}

// Mark is what a server said of a folder before it was listed: what it says differently later tells
// what to look at (rule E9).
type Mark struct {
	Validity imap.UIDValidity
	Next     imap.UID    // UIDNEXT; 0: not told
	ModSeq   imap.ModSeq // HIGHESTMODSEQ; 0: not told
	// Permanent is the PERMANENTFLAGS of the folder, nil when it was not told.
	Permanent []imap.Flag
	// Told is what STATUS said of the folder before it was listed, "" when it was not asked.
	Told string
}

// Highest is the highest UID that was there, 0 of an empty folder. What came later has a higher one.
func (p *Past) Highest() imap.UID {
	if len(p.Rows) == 0 {
		return 0
	}
	return p.Rows[len(p.Rows)-1].UID
}

// Rows are the rows listed of one side so far, in the order of their coming. The caller must not change
// them.
func (f *Folder) Rows(side account.Side) []Row { return f.side(side).rows }
