package folder

import (
	"maps"
	"slices"
	"strings"

	"imapsync/internal/imap"
)

// selection is the set of wanted folders while the options are applied to it in turn.
type selection struct {
	rules  *Rules
	all    []imap.MailboxName // the folders of host1, in byte order
	wanted map[imap.MailboxName]bool
	say    sayer
}

// choose applies --folder, --subscribed, --folderrec, --include and --exclude. The first three
// select together what they name; without any of them, and without --include, every folder is
// selected. --include adds, --exclude takes away. below answers what --folderrec selects for its
// values in recursive.
func (s *selection) choose(subscribed, recursive []imap.MailboxName, below func(imap.MailboxName) []imap.MailboxName) error {
	opts := &s.rules.opts
	wantSubscribed := opts.Subscribed.Or(false)
	switch {
	case len(opts.Folders) > 0 || wantSubscribed || len(recursive) > 0:
		for _, name := range opts.Folders {
			s.wanted[imap.MailboxName(name)] = true
		}
		if wantSubscribed {
			s.add(subscribed)
		}
		for _, name := range recursive {
			s.add(below(name))
		}
	case len(s.rules.include) == 0:
		s.add(s.all)
		s.say("Including all folders found by default. Use --subscribed or --folder or --folderrec or --include to select specific folders. Use --exclude to unselect specific folders.")
	}
	for _, p := range s.rules.include {
		names, err := matching(p, s.all)
		if err != nil {
			return err
		}
		s.add(names)
		s.say("Including folders matching pattern %s\n%s", p.text, JuxList(names))
	}
	for _, p := range s.rules.exclude {
		names, err := matching(p, sorted(s.wanted))
		if err != nil {
			return err
		}
		for _, name := range names {
			delete(s.wanted, name)
		}
		s.say("Excluding folders matching pattern %s\n%s", p.text, JuxList(names))
	}
	return nil
}

func (s *selection) add(names []imap.MailboxName) {
	for _, name := range names {
		s.wanted[name] = true
	}
}

func matching(p pattern, names []imap.MailboxName) ([]imap.MailboxName, error) {
	var out []imap.MailboxName
	for _, name := range names {
		ok, err := p.matches(name)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, name)
		}
	}
	return out, nil
}

// below is what --folderrec selects: root itself and what lies under it. A root that ends with the
// separator names only what lies under it. INBOX at the top has no letter case.
func below(names []imap.MailboxName, root imap.MailboxName, sep string) []imap.MailboxName {
	branch := string(root)
	if !strings.HasSuffix(branch, sep) {
		branch += sep
	}
	inbox := imap.MailboxName(strings.TrimSuffix(branch, sep)).IsInbox()
	var out []imap.MailboxName
	for _, name := range names {
		same, under := name == root, strings.HasPrefix(string(name), branch)
		if inbox && len(name) >= len(branch) {
			under = strings.EqualFold(string(name[:len(branch)]), branch)
		}
		if inbox && root.IsInbox() {
			same = name.IsInbox()
		}
		if same || under {
			out = append(out, name)
		}
	}
	return out
}

// order puts the wanted folders in the order of the run: those named first and wanted, the rest in
// byte order, those named last. A folder named in both lists comes first.
func order(wanted map[imap.MailboxName]bool, first, last []string) []imap.MailboxName {
	left := maps.Clone(wanted)
	take := func(names []string) (taken []imap.MailboxName) {
		for _, text := range names {
			if name := imap.MailboxName(text); left[name] {
				delete(left, name)
				taken = append(taken, name)
			}
		}
		return taken
	}
	head, tail := take(first), take(last)
	return slices.Concat(head, sorted(left), tail)
}

func sorted(set map[imap.MailboxName]bool) []imap.MailboxName {
	return slices.Sorted(maps.Keys(set))
}
