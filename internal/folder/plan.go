package folder

import (
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/imap"
)

// Account is what one side's server told about its folders. The plan does not change it.
type Account struct {
	Host, User string             // whose it is; only expressions with $sync->{user1} and the like ask
	Mailboxes  []imap.Mailbox     // the answer to LIST "" *, in server order
	Subscribed []imap.MailboxName // the selectable names of LSUB "" *
	// HasNamespace tells that the server has the NAMESPACE capability (RFC 2342);
	// NamespaceFailed that it did not answer the command.
	HasNamespace, NamespaceFailed bool
	Namespaces                    imap.Namespaces
	RootDelim                     string // the delimiter of LIST "" "", empty for NIL
}

// Layout is how one side writes its hierarchy.
type Layout struct{ Sep, Prefix string }

// Pair is one folder to sync and its place on host2.
type Pair struct {
	Src, Dst      imap.MailboxName
	SrcSubscribed bool
	DstExists     bool // in host2's list, letter by letter
	DstSubscribed bool
	Subscribe     bool // the options ask to subscribe to Dst, and host2 is not subscribed yet
	// CaseTwin tells that another pair's Dst differs from this one in letter case only. On servers
	// that ignore it both are one folder, so twins may not be synced at the same time.
	CaseTwin bool
}

// Note is a line to print, or several lines of one block, without a final newline.
type Note struct {
	Side    account.Side
	Text    string
	Warning bool
}

// Plan is the outcome of [Rules.Plan]. It is not changed afterwards.
type Plan struct {
	Src, Dst Layout
	Pairs    []Pair // in the order of the run
	Notes    []Note // in the reference's order and words
	Trace    []Note // how each name came about, for --debugfolders

	// Missing are selected folders left out because host1 does not list them, Unselectable those
	// that it lists as containers only.
	Missing, Unselectable []imap.MailboxName

	// Extra2 are the host2 folders that no host1 folder feeds, children before parents, as users
	// see them listed.
	Extra2 []imap.MailboxName
	// Removable2 are those of Extra2 that --delete2folders may delete: never INBOX, nothing outside
	// --subfolder2, no ancestor of a folder that is fed (docs/differences.md row 7).
	Removable2 []imap.MailboxName

	// Strangers gives, for each destination of a pair, the folders of host1 that go there too and
	// are not among the pairs. Their messages there are nobody's to delete.
	Strangers map[imap.MailboxName][]imap.MailboxName
}

func (p *Plan) addStranger(dst, src imap.MailboxName) {
	if p.Strangers == nil {
		p.Strangers = map[imap.MailboxName][]imap.MailboxName{}
	}
	p.Strangers[dst] = append(p.Strangers[dst], src)
}

func markCaseTwins(pairs []Pair) {
	spelling := make(map[string]imap.MailboxName, len(pairs))
	twins := make(map[string]bool)
	for _, p := range pairs {
		folded := strings.ToLower(string(p.Dst))
		if first, seen := spelling[folded]; !seen {
			spelling[folded] = p.Dst
		} else if first != p.Dst {
			twins[folded] = true
		}
	}
	for i := range pairs {
		pairs[i].CaseTwin = twins[strings.ToLower(string(pairs[i].Dst))]
	}
}
