package endpoint

import (
	"encoding/base64"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/sasl"
	"imapsync/internal/vectors"
)

// TestVectorsAuthentication compares the first message of a sign-in, in base64 as it is sent.
func TestVectorsAuthentication(t *testing.T) {
	for _, c := range vectors.Load(t, "authentication") {
		var o Options
		o.User = word(c.In.Field("user"))
		switch c.Fn {
		case "plainauth":
			o.AuthMech = getopt.String{Value: "PLAIN", Given: true}
			o.AuthUser = word(c.In.Field("authuser"))
			_, message := firstMessage(t, o, c.In.Field("password").Str())
			vectors.Check(t, c, message)
			continue
		case "oauthaccesstoken":
			o.OAuthAccessToken = getopt.String{Value: c.In.Field("value").Str(), Given: true}
		case "oauthdirect":
			o.OAuthDirect = getopt.String{Value: c.In.Field("value").Str(), Given: true}
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
			continue
		}
		mech, message := firstMessage(t, o, "")
		vectors.Check(t, c, map[string]any{"mechanism": mech, "string": message})
	}
}

func word(v vectors.Value) getopt.String {
	return getopt.String{Value: v.Str(), Given: v.Present()}
}

// firstMessage is what an endpoint with these options says first, nothing when it refuses them.
func firstMessage(t *testing.T, o Options, password string) (mech, message string) {
	t.Helper()
	e, bad := New(account.Host1, o, Common{}, Password(sasl.Secret(password)), event.Discard)
	if len(bad) > 0 {
		return "", ""
	}
	secret, err := e.secret(t.Context(), e.mech)
	if err != nil {
		t.Fatal(err)
	}
	mech, initial, err := e.client(e.mech, secret).Start()
	if err != nil {
		t.Fatal(err)
	}
	return mech, base64.StdEncoding.EncodeToString(initial)
}
