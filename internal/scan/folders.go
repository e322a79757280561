package scan

import (
	"context"

	"imapsync/internal/folder"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// Account reads the folders of one side: LIST, LSUB and NAMESPACE, asked behind each other. A failed LIST is an error, never
// an empty account (docs/differences.md row 3).
func Account(ctx context.Context, c *client.Conn, caps imap.Caps) (folder.Account, error) {
	var a folder.Account
	var err error
	listed := c.StartList(ctx, "", "*", client.ListReturn{SpecialUse: caps.Has(imap.CapSpecialUse) && caps.Has(imap.CapListExtended)})
	var namespace func() (imap.Namespaces, error)
	if a.HasNamespace = caps.Has(imap.CapNamespace); a.HasNamespace {
		namespace = c.StartNamespace(ctx)
	}
	subscribed := c.StartLSub(ctx, "", "*")
	if a.Mailboxes, err = listed(); err != nil {
		if a.Mailboxes, err = c.List(ctx, "", "*", client.ListReturn{}); err != nil {
			return a, err
		}
	}
	if a.HasNamespace {
		if a.Namespaces, err = namespace(); err != nil {
			if c.Err() != nil {
				return a, err
			}
			a.NamespaceFailed = true
		}
	}
	if len(a.Namespaces.Personal) == 0 || a.Namespaces.Personal[0].Delim == "" {
		root, err := c.List(ctx, "", "", client.ListReturn{})
		if err != nil && c.Err() != nil {
			return a, err
		}
		if len(root) > 0 {
			a.RootDelim = root[0].Delim
		}
	}
	marked, err := subscribed()
	if err != nil && c.Err() != nil {
		return a, err
	}
	for _, m := range marked {
		a.Subscribed = append(a.Subscribed, m.Name)
	}
	return a, nil
}
