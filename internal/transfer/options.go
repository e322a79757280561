package transfer

import "imapsync/internal/getopt"

// Options say how messages are copied.
type Options struct {
	SyncInternalDates getopt.Bool
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.Bool(&o.SyncInternalDates, "syncinternaldates", "Keep the internal dates (arrival dates) of messages. On by default.").Negatable()
}
