package folder

import (
	"fmt"
	"strings"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/perlre"
)

// Rules are checked options, ready to make plans. They are safe for concurrent use; the exported
// fields are for reading.
type Rules struct {
	MixFolders   bool // sync into a host2 folder found under other letters
	SkipEmpty    bool // leave out folders without messages on host1
	CreateOldWay bool // create host2 folders without their parents
	SyncACLs     bool // copy access control lists
	// JustLists and JustAutomap end the run after the notes of the plan were printed.
	JustLists, JustAutomap bool

	opts     Options
	include  []pattern
	exclude  []pattern
	renames  []rename
	explicit map[imap.MailboxName]imap.MailboxName // --f1f2
}

// Subfolder1 and Subfolder2 are the options of these names, empty when not given.
func (r *Rules) Subfolder1() string { return r.opts.Subfolder1.Value }

// Subfolder2 is --subfolder2, see Subfolder1.
func (r *Rules) Subfolder2() string { return r.opts.Subfolder2.Value }

// pattern is a compiled --include or --exclude.
type pattern struct {
	text  string
	match *perlre.Match // nil for the empty pattern
}

// matches reports whether name matches. The empty pattern matches nothing: in Perl it stands for
// the last pattern that matched, which is nothing a user can mean.
func (p pattern) matches(name imap.MailboxName) (bool, error) {
	if p.match == nil {
		return false, nil
	}
	ok, err := p.match.MatchString(string(name))
	if err != nil {
		return false, usage("pattern %s on folder %s: %v", p.text, name, err)
	}
	return ok, nil
}

// rename is a compiled --regextrans2.
type rename struct {
	text  string
	subst *perlre.Subst
}

func (r rename) apply(name string, variable func(string) (string, bool)) (string, error) {
	renamed, err := r.subst.Bind(variable).ApplyString(name)
	if err != nil {
		return "", usage("error: eval regextrans2 '%s': %v", r.text, err)
	}
	return renamed, nil
}

// Compile checks every pattern and every --f1f2 value, and returns all the problems together, each
// a *fault.Error of kind Usage. Rules are nil when there is one.
func (o *Options) Compile() (*Rules, []error) {
	r := &Rules{
		MixFolders:   o.MixFolders.Or(true),
		SkipEmpty:    o.SkipEmpty.Or(false),
		CreateOldWay: o.CreateFolderOld.Or(false),
		SyncACLs:     o.SyncACLs.Or(false),
		JustLists:    o.JustFolderLists.Or(false),
		JustAutomap:  o.JustAutomap.Or(false),
		opts:         *o,
	}
	var problems []error
	note := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	var err error
	for _, text := range o.Include {
		r.include, err = appendPattern(r.include, "include", text)
		note(err)
	}
	for _, text := range o.Exclude {
		r.exclude, err = appendPattern(r.exclude, "exclude", text)
		note(err)
	}
	for _, text := range o.RegexTrans2 {
		subst, err := perlre.ParseSubst(text, perlre.Variables(perlre.RunVariable))
		if err != nil {
			note(usage("error: eval regextrans2 '%s': %v", text, err))
			continue
		}
		r.renames = append(r.renames, rename{text, subst})
	}
	explicit, errs := parseF1F2(o.F1F2)
	r.explicit = explicit
	problems = append(problems, errs...)
	if problems != nil {
		return nil, problems
	}
	return r, nil
}

func appendPattern(list []pattern, option, text string) ([]pattern, error) {
	p := pattern{text: text}
	if text != "" {
		match, err := perlre.ParsePattern(text, "")
		if err != nil {
			return list, usage("error: --%s '%s': %v", option, text, err)
		}
		p.match = match
	}
	return append(list, p), nil
}

// parseF1F2 splits each value at its first "="; a later value for the same host1 name wins. A
// value without "=" is refused: the reference takes it for half a pair and shifts all that follow.
func parseF1F2(values []string) (map[imap.MailboxName]imap.MailboxName, []error) {
	explicit := make(map[imap.MailboxName]imap.MailboxName, len(values))
	var problems []error
	for _, v := range values {
		src, dst, ok := strings.Cut(v, "=")
		if !ok {
			problems = append(problems, usage("error: --f1f2 '%s' is not of the form folder1=folder2", v))
			continue
		}
		explicit[imap.MailboxName(src)] = imap.MailboxName(dst)
	}
	return explicit, problems
}

func usage(format string, args ...any) error {
	return &fault.Error{Kind: fault.Usage, Text: fmt.Sprintf(format, args...)}
}
