package plan

import (
	"fmt"

	"imapsync/internal/getopt"
)

// sizeReason applies --maxsize and --minsize to a copy: a message of exactly maxsize octets is
// copied, one of exactly minsize is not, as in the reference. An unknown size counts as 0.
func (r *Rules) sizeReason(size int64) (why Reason, limit int64) {
	size = max(size, 0)
	switch {
	case r.MaxSize.Given && size > r.MaxSize.Value:
		return TooBig, r.MaxSize.Value
	case r.MinSize.Given && size <= r.MinSize.Value:
		return TooSmall, r.MinSize.Value
	}
	return ReasonNone, 0
}

// flagsSized applies the limits to the flags of a message that is there already: in the reference
// the flags of one of exactly maxsize octets are left alone.
func (r *Rules) flagsSized(size int64) bool {
	why, _ := r.sizeReason(size)
	return why == ReasonNone && !(r.MaxSize.Given && max(size, 0) == r.MaxSize.Value)
}

// SizeText says why a message of this size is skipped, "" when its size is not the reason.
func (s Skip) SizeText() string {
	switch size := max(s.Size, 0); s.Reason {
	case TooBig:
		return fmt.Sprintf("%d exceeds maxsize limit %d bytes", size, s.Limit)
	case TooSmall:
		return fmt.Sprintf("%d smaller than minsize %d bytes", size, s.Limit)
	default:
		return ""
	}
}

// LimitSize settles the largest message to be copied to host2: the smaller of --maxsize and of what
// host2 takes, which is --appendlimit or else what it announces (RFC 7889). Lines are for the log,
// in the words of the reference.
func LimitSize(maxSize, appendLimit, announced getopt.Int) (limit getopt.Int, lines []string) {
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf("Host2: "+format, args...)) }
	switch {
	case appendLimit.Given:
		say("Getting appendlimit from --appendlimit %d", appendLimit.Value)
	case announced.Given:
		appendLimit = announced
		say("found APPENDLIMIT=%d in CAPABILITY (use --appendlimit xxxx to override this automatic setting)", announced.Value)
	default:
		return maxSize, nil
	}
	if !maxSize.Given {
		say("Setting maxsize to appendlimit %d", appendLimit.Value)
		return appendLimit, lines
	}
	limit = getopt.Int{Given: true, Value: min(maxSize.Value, appendLimit.Value)}
	say("Setting maxsize to %d (min of --maxsize %d and appendlimit %d", limit.Value, maxSize.Value, appendLimit.Value)
	return limit, lines
}
