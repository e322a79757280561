package migrate

import (
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/folder"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// wantACLs tells whether the access control lists are copied. Servers without them are named once.
func (r *run) wantACLs() bool {
	if !r.cfg.Folders.SyncACLs {
		return false
	}
	ok := true
	for _, e := range []*endpoint.Endpoint{r.cfg.Host1, r.cfg.Host2} {
		if !e.Caps().Has(imap.CapACL) {
			ok = false
			r.tellACL(e.Side(), e.Side().Title()+": No ACL capability found, --syncacls does nothing.")
		}
	}
	return ok
}

// syncACLs gives host2's folder the access control list of host1's. It comes after the messages: a
// list may take rights that the copy needs. What a server refuses is told and is no error, as in the
// reference; a list that could not be read changes nothing.
func (r *run) syncACLs(p folder.Pair, state existence) {
	if !r.acls || state == barred || state == failed || r.soft.Err() != nil {
		return
	}
	one, ok := r.readACL(p.Src, r.cfg.Host1)
	if !ok {
		return
	}
	var two []imap.ACLEntry
	if state != absent {
		if two, ok = r.readACL(p.Dst, r.cfg.Host2); !ok {
			return
		}
	}
	var text string
	var steps []folder.ACLStep
	for _, s := range folder.ACLSteps(one, two, r.cfg.Host2.User()) {
		text += s.Text(p.Dst, r.set.dry) + "\n"
		if s.Action == folder.SetACL {
			steps = append(steps, s)
		}
	}
	if text != "" {
		r.sink.Emit(event.Note{Side: account.Host2, Text: text[:len(text)-1]})
	}
	if len(steps) == 0 || r.set.dry {
		return
	}
	err := r.with(r.cfg.Host2, func(c *client.Conn) error { return r.setACLs(c, p.Dst, steps) })
	if err != nil {
		r.tellACL(account.Host2, fmt.Sprintf("Could not set the acl of folder %s on host2: %v", p.Dst, err))
	}
}

func (r *run) setACLs(c *client.Conn, name imap.MailboxName, steps []folder.ACLStep) error {
	cmds := make([]*client.Cmd, len(steps))
	for i, s := range steps {
		cmds[i] = c.SetACL(name, s.Identifier, s.Rights1)
	}
	for i, cmd := range cmds {
		err := cmd.Wait(r.soft)
		if fault.Lost(err) {
			return err
		}
		if err != nil {
			r.tellACL(account.Host2, fmt.Sprintf("Could not set acl for user %s on host2: folder %s: %v", steps[i].Identifier, name, err))
		}
	}
	return nil
}

func (r *run) readACL(name imap.MailboxName, e *endpoint.Endpoint) (list []imap.ACLEntry, ok bool) {
	err := r.with(e, func(c *client.Conn) (err error) {
		list, err = c.GetACL(name).Wait(r.soft)
		return err
	})
	if err != nil {
		r.tellACL(e.Side(), fmt.Sprintf("%s: Could not getacl for %s: %v", e.Side().Title(), name, err))
	}
	return list, err == nil
}

func (r *run) tellACL(side account.Side, text string) {
	if r.soft.Err() == nil {
		r.sink.Emit(event.Note{Level: event.Warning, Side: side, Text: text})
	}
}
