package folder

import (
	"fmt"
	"maps"
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/imap"
)

// sayer takes one line to print, with the verbs of fmt.
type sayer func(format string, args ...any)

// builder holds a plan while it is made.
type builder struct {
	rules    *Rules
	src, dst *view
	plan     *Plan

	recursive              []imap.MailboxName // --folderrec, and what --subfolder1 adds
	subfolder1, subfolder2 string             // sanitized
	automap                bool
	wanted                 []imap.MailboxName
	auto                   map[imap.MailboxName]imap.MailboxName
	mapper                 *mapper
}

// Plan decides everything about folders from what both servers told. An error is a *fault.Error:
// of kind Subfolder1 when host1 lacks the folder of that option, Usage when an expression fails
// on a name. The plan returned with it holds the notes up to there and nothing to act on.
func (r *Rules) Plan(src, dst Account) (*Plan, error) {
	b := &builder{
		rules:   r,
		src:     newView(account.Host1, src),
		dst:     newView(account.Host2, dst),
		plan:    &Plan{},
		automap: r.opts.Automap.Or(false),
	}
	for _, stage := range []func(*builder) error{
		(*builder).count,
		(*builder).layouts,
		(*builder).subfolders,
		(*builder).choose,
		(*builder).checkExist,
		(*builder).checkSelectable,
		(*builder).checkAny,
		(*builder).special,
		(*builder).pair,
		(*builder).list,
	} {
		if err := stage(b); err != nil {
			return &Plan{Notes: b.plan.Notes, Trace: b.plan.Trace}, err
		}
	}
	return b.plan, nil
}

func (b *builder) count() error {
	for _, v := range []*view{b.src, b.dst} {
		b.sayFor(v.side)("%s: found %d folders.", v.side.Title(), len(v.names))
	}
	return nil
}

func (b *builder) layouts() error {
	opts, p := &b.rules.opts, b.plan
	p.Src.Sep = separator(b.src, opts.Sep1, b.sayFor(account.Host1))
	p.Dst.Sep = separator(b.dst, opts.Sep2, b.sayFor(account.Host2))
	p.Src.Prefix = prefix(b.src, opts.Prefix1, b.sayFor(account.Host1))
	p.Dst.Prefix = prefix(b.dst, opts.Prefix2, b.sayFor(account.Host2))
	b.sayFor(account.Host1)("Host1: separator and prefix: [%s][%s]", p.Src.Sep, p.Src.Prefix)
	b.sayFor(account.Host2)("Host2: separator and prefix: [%s][%s]", p.Dst.Sep, p.Dst.Prefix)
	return nil
}

func (b *builder) choose() error {
	s := &selection{rules: b.rules, all: b.src.names, wanted: make(map[imap.MailboxName]bool), say: b.say}
	err := s.choose(b.src.Subscribed, b.recursive, func(root imap.MailboxName) []imap.MailboxName {
		names := below(b.src.names, root, b.plan.Src.Sep)
		if len(names) == 0 {
			b.warn("Host1: warning! --folderrec %s selects nothing, host1 has no folder of that name.", root)
		}
		return names
	})
	if err != nil {
		return err
	}
	b.wanted = order(s.wanted, b.rules.opts.FolderFirst, b.rules.opts.FolderLast)
	return nil
}

func (b *builder) special() error {
	if !b.automap {
		b.say("Turned off automapping folders ( use --automap to turn on automapping )")
		return nil
	}
	b.say("Turned on automapping folders ( use --noautomap to turn off automapping )")
	special1 := specialUses("Host1", b.src.Mailboxes, b.sayFor(account.Host1))
	special2 := specialUses("Host2", b.dst.Mailboxes, b.sayFor(account.Host2))
	guessed1 := guessedUses("Host1", b.src.names, b.plan.Src.Prefix, b.sayFor(account.Host1))
	guessed2 := guessedUses("Host2", b.dst.names, b.plan.Dst.Prefix, b.sayFor(account.Host2))
	b.auto = automapTable(b.wanted, special1, guessed1, special2, guessed2)
	return nil
}

// pair maps every wanted folder, and every other folder of host1 to know what host2 has besides.
func (b *builder) pair() error {
	if err := b.makeMapper(); err != nil {
		return err
	}
	subscribe, subscribeAll := b.rules.opts.Subscribe.Or(true), b.rules.opts.SubscribeAll.Or(false)
	destinations := make(map[imap.MailboxName]bool, len(b.src.names))
	for _, src := range b.wanted {
		dst, err := b.mapper.dest(src)
		if err != nil {
			return err
		}
		destinations[dst] = true
		p := Pair{
			Src:           src,
			Dst:           dst,
			SrcSubscribed: b.src.subscribed[src],
			DstExists:     b.dst.known[dst],
			DstSubscribed: b.dst.subscribed[dst],
		}
		p.Subscribe = !p.DstSubscribed && (subscribeAll || subscribe && p.SrcSubscribed)
		b.plan.Pairs = append(b.plan.Pairs, p)
	}
	b.mapper.trace = func(string, ...any) {}
	fed := maps.Clone(destinations)
	for _, src := range b.src.names {
		dst, err := b.mapper.dest(src)
		if err != nil {
			return err
		}
		destinations[dst] = true
		if fed[dst] && !slices.Contains(b.wanted, src) {
			b.plan.addStranger(dst, src)
		}
	}
	markCaseTwins(b.plan.Pairs)
	b.findExtra(destinations)
	return nil
}

func (b *builder) makeMapper() error {
	opts := &b.rules.opts
	m := mapper{
		src:        b.plan.Src,
		dst:        b.plan.Dst,
		fixSlash:   opts.FixSlash2.Or(true),
		explicit:   b.rules.explicit,
		auto:       b.auto,
		subfolder1: b.subfolder1,
		renames:    b.rules.renames,
		values: map[string]string{
			"host1": b.src.Host, "user1": b.src.User, "h1_prefix": b.plan.Src.Prefix, "h1_sep": b.plan.Src.Sep,
			"host2": b.dst.Host, "user2": b.dst.User, "h2_prefix": b.plan.Dst.Prefix, "h2_sep": b.plan.Dst.Sep,
			"subfolder2": b.subfolder2, "h2_current_folder": "",
		},
		trace: func(format string, args ...any) {
			b.plan.Trace = append(b.plan.Trace, Note{Text: fmt.Sprintf(format, args...)})
		},
	}
	if opts.FixInboxINBOX.Or(true) {
		m.inboxFrom, m.inboxTo = inboxSpelling(b.src.known, b.dst.known)
	}
	var err error
	b.mapper, err = newMapper(m, b.subfolder2)
	return err
}

func (b *builder) findExtra(destinations map[imap.MailboxName]bool) {
	var protected []imap.MailboxName
	if b.subfolder2 != "" {
		protected = []imap.MailboxName{imap.MailboxName(b.subfolder2), imap.MailboxName(b.plan.Dst.Prefix + b.subfolder2)}
	}
	b.plan.Extra2 = extra(b.dst.names, b.src.known, destinations, protected...)
	b.plan.Removable2 = removable(b.plan.Extra2, b.mapper.subfolder2.place(), b.plan.Dst.Sep, destinations)
}

func (b *builder) say(format string, args ...any) { b.sayFor(account.NoSide)(format, args...) }

func (b *builder) warn(format string, args ...any) {
	b.plan.Notes = append(b.plan.Notes, Note{Side: account.Host1, Text: fmt.Sprintf(format, args...), Warning: true})
}

func (b *builder) sayFor(side account.Side) sayer {
	return func(format string, args ...any) {
		b.plan.Notes = append(b.plan.Notes, Note{Side: side, Text: fmt.Sprintf(format, args...)})
	}
}

func sortedKeys(table map[imap.MailboxName]imap.MailboxName) []imap.MailboxName {
	return slices.Sorted(maps.Keys(table))
}
