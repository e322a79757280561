package migrate

import "imapsync/internal/transfer"

// content is what the copy must know of the options about what messages hold.
func (r *run) content() transfer.Content {
	return transfer.Content{
		HeaderDates: r.cfg.Transfer.DateFromHeader.Value,
		Dry:         r.set.dry,
		TempDir:     r.cfg.TempDir,
		Command:     r.cfg.Command,
	}
}
