package vectors

import (
	"encoding/base64"
	"strings"
)

// withoutAdministrator reports whether a PLAIN message is wanted for a user who signs in as himself.
func withoutAdministrator(c Case) bool {
	who := c.In.Field("authuser").Str()
	return c.Fn == "plainauth" && (who == "" || who == "0")
}

// uselessToken reports whether the value of an OAuth option can sign in nobody as it stands: nothing
// at all, or a ready-made message that is not exact base64.
func uselessToken(c Case) bool {
	value := c.In.Field("value").Str()
	if c.Fn == "plainauth" {
		return false
	}
	if strings.TrimSpace(value) == "" {
		return true
	}
	_, err := base64.StdEncoding.Strict().DecodeString(value)
	return c.Fn == "oauthdirect" && err != nil
}
