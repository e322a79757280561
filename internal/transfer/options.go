package transfer

import (
	"fmt"

	"imapsync/internal/getopt"
)

// Options say how messages are copied.
type Options struct {
	SyncInternalDates getopt.Bool
	DateFromHeader    getopt.Bool
	Order             getopt.Bool

	MaxMessagesPerSecond getopt.Float
	MaxBytesPerSecond    getopt.Int
	MaxBytesAfter        getopt.Int
	MaxSleep             getopt.Float
	ExitWhenOver         getopt.Int
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.Bool(&o.SyncInternalDates, "syncinternaldates", "Keep the internal dates (arrival dates) of messages. On by default.").Negatable()
	fs.Bool(&o.DateFromHeader, "idatefromheader", "Take the internal dates of host2 from the Date headers; where there is no date in one, from host1's internal date.").Negatable()

	fs.Group("transfer")
	fs.Bool(&o.Order, "order", "Keep the order of arrival in each folder of host2 even where that is slow: without it several connections fill a folder of a server that makes each message wait for an answer, and the order is that of host1 only roughly. Internal dates are kept either way.").New().Negatable()
	fs.Float(&o.MaxMessagesPerSecond, "maxmessagespersecond", "Copy at most this number of messages per second, on average and over all connections. 0 means no limit.")
	fs.Int(&o.MaxBytesPerSecond, "maxbytespersecond", "Copy at most this number of bytes per second, on average and over all connections. 0 means no limit.")
	fs.Int(&o.MaxBytesAfter, "maxbytesafter", "With --maxbytespersecond, this number of bytes is copied without a limit first.")
	fs.Int(&o.ExitWhenOver, "exitwhenover", "End the run once this number of bytes was copied, with exit code 118; the next run goes on.")
	fs.Float(&o.MaxSleep, "maxsleep", "Longest pause for a message that the two limits make, in seconds (default 2); a rate that needs longer ones is exceeded. The signal USR1 switches the pauses off and on.")
}

// Validate reports what is wrong with the options, before any connection.
func (o *Options) Validate() []error {
	if o.ExitWhenOver.Value < 0 {
		return []error{fmt.Errorf("--exitwhenover %d: a number of bytes cannot be negative", o.ExitWhenOver.Value)}
	}
	return nil
}
