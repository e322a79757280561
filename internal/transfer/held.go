package transfer

import (
	"imapsync/internal/fault"
	"imapsync/internal/plan"
)

// hold keeps a message that host2 has no room for, if the folder asks for that, and tells whether it did.
func (f *Folder) hold(it *item, err error) bool {
	if !f.HoldFull || appendKind(err) != fault.OverQuota {
		return false
	}
	f.mu.Lock()
	f.held = append(f.held, it.copy)
	f.mu.Unlock()
	f.settled(1)
	return true
}

// settled takes n messages off the pending ones that neither were copied nor have failed.
func (f *Folder) settled(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending -= n
	if f.pending == 0 {
		f.idle.Broadcast()
	}
}

// TakeHeld gives, after Finish, the copies that HoldFull kept, and keeps no more from now on: what
// is sent again and refused again is left behind. None of them has had its final event.
func (f *Folder) TakeHeld() []plan.Copy {
	f.mu.Lock()
	defer f.mu.Unlock()
	held := f.held
	f.held, f.HoldFull = nil, false
	return held
}

// Unsure tells, after Finish, that the outcome of a copy stayed unknown, or that host2's connection was lost
// for good: nothing may be removed from a folder that nobody can be sure of.
func (f *Folder) Unsure() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.unsure
}

func (f *Folder) setUnsure() {
	f.mu.Lock()
	f.unsure = true
	f.mu.Unlock()
}
