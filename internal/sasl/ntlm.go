package sasl

import (
	"fmt"

	"github.com/Azure/go-ntlmssp"
)

// NTLM is the mechanism NTLM as Exchange speaks it: NTLMv2, in three messages (MS-NLMP). Without a
// domain, one written into the user's name ("DOMAIN\user") counts.
func NTLM(domain, user string, password Secret) Client {
	if domain != "" {
		user = domain + `\` + user
	}
	return &ntlm{user: user, password: password}
}

type ntlm struct {
	user     string
	password Secret
	answered bool
}

func (n *ntlm) Start() (mech string, ir []byte, err error) {
	// Domain and workstation of this message are those of the machine, which is in none.
	first, err := ntlmssp.NewNegotiateMessage("", "")
	return "NTLM", first, err
}

func (n *ntlm) Next(challenge []byte) ([]byte, error) {
	if n.answered {
		return nil, errUnexpected
	}
	n.answered = true
	answer, err := ntlmssp.NewAuthenticateMessage(challenge, n.user, n.password.Reveal(), nil)
	if err != nil {
		return nil, fmt.Errorf("NTLM: %w", err)
	}
	return answer, nil
}
