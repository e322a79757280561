package endpoint

import (
	"fmt"
	"strings"
)

// mechanism is how a user proves who they are, by the name that lines and options have for it. A
// word behind a blank tells where the secret comes from.
type mechanism string

const (
	mechLogin    mechanism = "LOGIN" // the command, not the SASL mechanism
	mechPlain    mechanism = "PLAIN"
	mechCRAM     mechanism = "CRAM-MD5"
	mechDigest   mechanism = "DIGEST-MD5"
	mechScram1   mechanism = "SCRAM-SHA-1"
	mechScram256 mechanism = "SCRAM-SHA-256"
	mechNTLM     mechanism = "NTLM"
	mechExternal mechanism = "EXTERNAL"            // by a client certificate
	mechBearer   mechanism = "OAUTHBEARER"         // with a token
	mechGoogle   mechanism = "XOAUTH2"             // with a token got by a service account's key
	mechToken    mechanism = "XOAUTH2 accesstoken" // with a token
	mechDirect   mechanism = "XOAUTH2 direct"      // with a whole message
	mechMaster   mechanism = "X-MASTERAUTH"        // with the master password of Kerio
	mechPreauth  mechanism = "PREAUTH"             // nothing is sent, the greeting must say so
)

// mechanismList is for people.
const mechanismList = "LOGIN (the default), PLAIN (the default with --authuser), CRAM-MD5, DIGEST-MD5, SCRAM-SHA-1, SCRAM-SHA-256, NTLM, " +
	"EXTERNAL, XOAUTH2, OAUTHBEARER, X-MASTERAUTH or PREAUTH"

// sasl is the mechanism's name on the wire.
func (m mechanism) sasl() string {
	name, _, _ := strings.Cut(string(m), " ")
	return name
}

func (m mechanism) known() bool {
	switch m {
	case mechLogin, mechPlain, mechCRAM, mechDigest, mechScram1, mechScram256, mechNTLM, mechExternal, mechBearer, mechGoogle,
		mechToken, mechDirect, mechMaster, mechPreauth:
		return true
	}
	return false
}

// reveals reports whether whoever reads along learns the secret itself.
func (m mechanism) reveals() bool {
	return m == mechLogin || m == mechPlain || m.token()
}

// token reports whether the secret is a token, which is no password.
func (m mechanism) token() bool {
	return m == mechBearer || m == mechGoogle || m == mechToken || m == mechDirect
}

// rescuable reports whether LOGIN may succeed with the same secret where m failed.
func (m mechanism) rescuable() bool {
	return m != mechLogin && m != mechMaster && m != mechPreauth && !m.token()
}

// chooseMechanism follows the reference's order of precedence. A mechanism that nobody here knows is
// not refused, because LOGIN makes it good, as there; only without that second chance it cannot work.
func chooseMechanism(o Options, tryLogin bool, digit string) (mechanism, error) {
	asked := mechanism(strings.ToUpper(truthy(o.AuthMech.Value)))
	switch {
	case asked == mechMaster:
		return asked, nil
	case o.OAuthDirect.Given:
		return mechDirect, nil
	case o.OAuthAccessToken.Given && asked == mechBearer:
		return mechBearer, nil
	case o.OAuthAccessToken.Given:
		return mechToken, nil
	case asked != "" && !asked.known() && !tryLogin:
		return "", fmt.Errorf("--authmech%s %s: there is no such mechanism here; give %s", digit, o.AuthMech.Value, mechanismList)
	case asked != "":
		return asked, nil
	case o.AuthMD5.Value:
		return mechCRAM, nil
	case truthy(o.AuthUser.Value) != "":
		return mechPlain, nil
	}
	return mechLogin, nil
}
