package sasl

// External is the mechanism EXTERNAL (RFC 4422 appendix A): who the user is was proved below, by a
// client certificate for example. An empty authzid asks for the account that proof names.
//
// 2.229 sends what it sends for PLAIN, which no server can read as a name.
func External(authzid string) Client { return &external{authzid} }

type external struct{ authzid string }

func (e *external) Start() (mech string, ir []byte, err error) {
	if hasNUL(e.authzid) {
		return "EXTERNAL", nil, errNUL
	}
	return "EXTERNAL", []byte(e.authzid), nil
}

func (e *external) Next([]byte) ([]byte, error) { return nil, errUnexpected }
