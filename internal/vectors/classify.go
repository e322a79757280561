package vectors

import (
	"regexp"

	"imapsync/internal/account"
	"imapsync/internal/fault"
)

// Classify gives a recorded error text the kind that the engine would have given it.
func Classify(text string) *fault.Error {
	err := &fault.Error{Text: text}
	for _, rule := range []struct {
		pattern string
		kind    fault.Kind
		side    account.Side
	}{
		{`Host1 failure: Error login on`, fault.Auth, account.Host1},
		{`Host2 failure: Error login on`, fault.Auth, account.Host2},
		{`Host. failure: Can not go to tls encryption on host.`, fault.TLS, account.NoSide},
		{`could not be fetched:`, fault.Fetch, account.Host1},
		{`could not append .*BAD maximum message size exceeded`, fault.AppendSize, account.Host2},
		{`could not append.*Maximum size of appendable message has been exceeded`, fault.AppendSize, account.Host2},
		{`OVERQUOTA|Quota limit will be exceeded|full: it is time to find a bigger place`, fault.OverQuota, account.Host2},
		{`could not append.*virus`, fault.AppendVirus, account.Host2},
		{`could not append`, fault.Append, account.Host2},
		{`could not add flags`, fault.Flags, account.Host2},
		{`Could not create folder`, fault.Create, account.Host2},
		{`Could not select:`, fault.Select, account.NoSide},
		{`Maximum bytes transferred reached`, fault.TransferExceeded, account.NoSide},
		{`can not open imap connection on host1`, fault.Connect, account.Host1},
		{`can not open imap connection on host2`, fault.Connect, account.Host2},
	} {
		if regexp.MustCompile(rule.pattern).MatchString(text) {
			err.Kind, err.Side = rule.kind, rule.side
			break
		}
	}
	return err
}
