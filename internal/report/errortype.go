package report

import (
	"fmt"
	"maps"
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/fault"
)

// ErrorType is the reference's name for a class of errors.
type ErrorType string

// The types that have a comment, and the one for no error at all.
const (
	nothingReported  ErrorType = "ERR_NOTHING_REPORTED"
	unclassified     ErrorType = "ERR_UNCLASSIFIED"
	appendTooBig     ErrorType = "ERR_APPEND_SIZE"
	overQuota        ErrorType = "ERR_OVERQUOTA"
	flagsRefused     ErrorType = "ERR_FLAGS"
	transferExceeded ErrorType = "ERR_TRANSFER_EXCEEDED"
	authUser1        ErrorType = "ERR_AUTHENTICATION_FAILURE_USER1"
	authUser2        ErrorType = "ERR_AUTHENTICATION_FAILURE_USER2"
	connectHost1     ErrorType = "ERR_CONNECTION_FAILURE_HOST1"
	connectHost2     ErrorType = "ERR_CONNECTION_FAILURE_HOST2"
)

// TypeOf names the class of an error. Kinds that the reference does not class are
// ERR_UNCLASSIFIED there, and here.
func TypeOf(kind fault.Kind, side account.Side) ErrorType {
	switch kind {
	case fault.Connect:
		return bySide(side, connectHost1, connectHost2)
	case fault.Auth:
		return bySide(side, authUser1, authUser2)
	case fault.TLS:
		return "ERR_EXIT_TLS_FAILURE"
	case fault.Select:
		return "ERR_SELECT"
	case fault.Create:
		return "ERR_CREATE"
	case fault.Fetch:
		return "ERR_Host1_FETCH"
	case fault.Append:
		return "ERR_APPEND"
	case fault.AppendSize:
		return appendTooBig
	case fault.AppendVirus:
		return "ERR_APPEND_VIRUS"
	case fault.OverQuota:
		return overQuota
	case fault.Flags:
		return flagsRefused
	case fault.TransferExceeded:
		return transferExceeded
	case fault.Unclassified, fault.Subfolder1, fault.Usage, fault.NoInput, fault.PIDFile, fault.Internal, fault.SignIn,
		fault.Transform:
	}
	return unclassified
}

func bySide(side account.Side, one, two ErrorType) ErrorType {
	if side == account.Host2 {
		return two
	}
	return one
}

// MostFrequent is the type with the highest count; of equals the first in byte order, as in
// most_common_error of the reference. Without counts it is ERR_NOTHING_REPORTED.
func MostFrequent(counts map[ErrorType]int64) ErrorType {
	best := nothingReported
	var most int64
	for _, t := range slices.Sorted(maps.Keys(counts)) {
		if counts[t] > most {
			best, most = t, counts[t]
		}
	}
	return best
}

// Comment is the advice that belongs to a type of error, "" for most.
func (r Run) Comment(t ErrorType) string {
	switch t {
	case appendTooBig:
		return "The destination server refuses too big messages. Use --truncmess option. Read https://imapsync.lamiral.info/FAQ.d/FAQ.Messages_Too_Big.txt"
	case authUser1:
		return "Check the credentials for " + r.Host1.User + "."
	case authUser2:
		return "Check the credentials for " + r.Host2.User + "."
	case connectHost1:
		return r.Host1.checkServer()
	case connectHost2:
		return r.Host2.checkServer()
	case overQuota:
		return "The destination mailbox is 100% full, get free space on it and then resume the sync."
	case transferExceeded:
		limit := notAvailable
		if r.ExitWhenOver > 0 {
			limit = BytesDec(float64(r.ExitWhenOver))
		}
		return "The maximum transfer size for a single sync is reached ( over " + limit + " ). Relaunch the sync to sync more."
	case flagsRefused:
		return "Many STORE errors with FLAGS. Retry with the option --noresyncflags"
	default:
		return ""
	}
}

// checkServer says "host1" for both sides: scripts know the sentence in this form.
func (e Endpoint) checkServer() string {
	return fmt.Sprintf("Check that host1 %s on port %d is the right IMAP server to be contacted for your mailbox.", e.Host, e.Port)
}
