package transfer

import "imapsync/internal/getopt"

// Options say how messages are copied.
type Options struct {
	SyncInternalDates getopt.Bool
	Order             getopt.Bool
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.Bool(&o.SyncInternalDates, "syncinternaldates", "Keep the internal dates (arrival dates) of messages. On by default.").Negatable()
	fs.Bool(&o.Order, "order", "Keep the order of messages in every folder even where host2 makes that slow (no LITERAL+ and no MULTIAPPEND).").New()
}
