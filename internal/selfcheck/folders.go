package selfcheck

import (
	"errors"
	"strings"

	"imapsync/internal/folder"
	"imapsync/internal/imap"
	"imapsync/internal/imap/utf7"
)

func folderNames() error {
	for raw, text := range map[string]string{"R&AOk-ponses": "R\u00e9ponses", "&U,BTFw-": "\u53f0\u5317", "a &- b": "a & b"} {
		if err := errors.Join(differs("decode "+raw, utf7.Decode(raw), text), differs("encode "+text, utf7.Encode(text), raw)); err != nil {
			return err
		}
	}
	return nil
}

// accountOf lists folders of a server with this separator and prefix.
func accountOf(sep, prefix string, names ...string) folder.Account {
	a := folder.Account{HasNamespace: true, RootDelim: sep,
		Namespaces: imap.Namespaces{Personal: []imap.Namespace{{Prefix: prefix, Delim: sep}}}}
	for _, name := range names {
		a.Mailboxes = append(a.Mailboxes, imap.Mailbox{Name: imap.MailboxName(name), Delim: sep})
	}
	return a
}

func folderMapping() error {
	for want, o := range map[string]folder.Options{
		"INBOX>INBOX Sent>INBOX.Sent Work/2019>INBOX.Work.2019": {},
		"INBOX>INBOX Sent>INBOX.Gesendet":                       {Exclude: []string{"^Work"}, RegexTrans2: []string{"s/Sent/Gesendet/"}},
		"Sent>INBOX.Old.Sent":                                   {Folders: []string{"Sent"}, Subfolder2: given("Old")},
		"Work/2019>INBOX.Past":                                  {Include: []string{"2019"}, F1F2: []string{"Work/2019=INBOX.Past"}},
	} {
		rules, errs := o.Compile()
		if len(errs) > 0 {
			return errors.Join(errs...)
		}
		plan, err := rules.Plan(accountOf("/", "", "INBOX", "Sent", "Work/2019"), accountOf(".", "INBOX.", "INBOX"))
		if err != nil {
			return err
		}
		var pairs []string
		for _, p := range plan.Pairs {
			pairs = append(pairs, string(p.Src)+">"+string(p.Dst))
		}
		if err := differs("mapping", strings.Join(pairs, " "), want); err != nil {
			return err
		}
	}
	return nil
}

func folderMistakes() error {
	o := folder.Options{Include: []string{"("}, RegexTrans2: []string{"s/a/"}, F1F2: []string{"half"}}
	if _, errs := o.Compile(); len(errs) != 3 {
		return differs("problems of three bad options", []int{len(errs)}, []int{3})
	}
	return nil
}
