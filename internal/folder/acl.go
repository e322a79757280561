package folder

import (
	"fmt"
	"maps"
	"slices"

	"imapsync/internal/imap"
)

// ACLStep is what --syncacls does about one identifier in one folder.
type ACLStep struct {
	Identifier       string
	Rights1, Rights2 string
	Action           ACLAction
}

// ACLAction is how host2's rights are dealt with.
type ACLAction uint8

// Actions. SetACL gives host2 the rights of host1, which may be none.
const (
	SetACL  ACLAction = iota
	KeepACL           // equal already
	// KeepOwnACL: host1 does not know the user signed in on host2, who would lose the folder.
	KeepOwnACL
)

// ACLSteps compares the lists of a folder on both sides, in the order of the identifiers; it follows
// acls_sync of the reference. own is the user signed in on host2.
func ACLSteps(host1, host2 []imap.ACLEntry, own string) []ACLStep {
	one, two := rightsOf(host1), rightsOf(host2)
	all := maps.Clone(one)
	maps.Copy(all, two)
	var steps []ACLStep
	for _, id := range slices.Sorted(maps.Keys(all)) {
		s := ACLStep{Identifier: id, Rights1: one[id], Rights2: two[id]}
		switch {
		case s.Rights1 != "" && sameRights(s.Rights1, s.Rights2):
			s.Action = KeepACL
		case s.Rights1 == "" && id == own:
			s.Action = KeepOwnACL
		}
		steps = append(steps, s)
	}
	return steps
}

// sameRights compares letters in any order: servers do not always give them in the same.
func sameRights(a, b string) bool { return sortedRights(a) == sortedRights(b) }

func sortedRights(rights string) string {
	letters := []byte(rights)
	slices.Sort(letters)
	return string(slices.Compact(letters))
}

func rightsOf(list []imap.ACLEntry) map[string]string {
	rights := make(map[string]string, len(list))
	for _, e := range list {
		rights[e.Identifier] = e.Rights
	}
	return rights
}

// Text is the step in the words of the reference, in lines, dry for a run that does not do it.
func (s ACLStep) Text(dst imap.MailboxName, dry bool) string {
	text := fmt.Sprintf("Host1: user %[1]s has acl [%[2]s] on host1\nHost2: user %[1]s has acl [%[3]s] on host2\n", s.Identifier, s.Rights1, s.Rights2)
	switch s.Action {
	case KeepACL:
		return text + fmt.Sprintf("Host2: user %s has already the same acl, no need to set it.", s.Identifier)
	case KeepOwnACL:
		return text + fmt.Sprintf("Host2: user %s keeps its acl for folder %s: it is the user of this sync.", s.Identifier, dst)
	case SetACL:
	}
	text += fmt.Sprintf("Host2: setting acl for folder %s user %s acl %s ", dst, s.Identifier, s.Rights1)
	if dry {
		text += "\t(not really since --dry mode)"
	}
	return text
}
