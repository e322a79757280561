package sasl

import (
	"errors"
	"slices"
	"strings"
)

// digestChallenge is what matters of a server's first message (RFC 2831 section 2.1.1).
type digestChallenge struct {
	realm    string
	hasRealm bool
	nonce    string
	utf8     bool
}

// longestChallenge is the limit of RFC 2831 section 2.1.1.
const longestChallenge = 2048

// parseDigestChallenge reads a challenge. Of several realms the first counts: which one a user
// belongs to cannot be known here.
func parseDigestChallenge(text string) (c digestChallenge, err error) {
	if len(text) > longestChallenge {
		return c, errors.New("the challenge is too long")
	}
	fields, err := parseDirectives(text)
	if err != nil {
		return c, err
	}
	for _, name := range []string{"nonce", "algorithm", "charset", "qop"} {
		if fields.count(name) > 1 {
			return c, errors.New("the challenge has more than one " + name)
		}
	}
	c.nonce = fields.get("nonce")
	c.realm = fields.get("realm")
	c.hasRealm = fields.count("realm") > 0
	c.utf8 = strings.EqualFold(fields.get("charset"), "utf-8")
	switch {
	case c.nonce == "":
		return c, errors.New("the challenge has no nonce")
	case !strings.EqualFold(fields.get("algorithm"), "md5-sess"):
		return c, errors.New("the challenge does not ask for the algorithm md5-sess")
	case fields.count("qop") > 0 && !offersAuth(fields.get("qop")):
		return c, errors.New(`the server does not offer the quality of protection "auth"`)
	}
	return c, nil
}

func offersAuth(list string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(q string) bool {
		return strings.EqualFold(strings.Trim(q, " \t"), "auth")
	})
}

// directives are names with values, in order.
type directives [][2]string

func (d directives) get(name string) string {
	for _, f := range d {
		if f[0] == name {
			return f[1]
		}
	}
	return ""
}

func (d directives) count(name string) (n int) {
	for _, f := range d {
		if f[0] == name {
			n++
		}
	}
	return n
}

var errDirectives = errors.New("the server's message is not a list of directives")

// parseDirectives reads name=value, name="quoted value", ... (RFC 2831 section 7.1). Empty elements
// are allowed there; names come back in lower case.
func parseDirectives(s string) (list directives, err error) {
	for {
		s = strings.TrimLeft(s, " \t\r\n,")
		if s == "" {
			return list, nil
		}
		name, rest, found := strings.Cut(s, "=")
		name = strings.TrimRight(name, " \t\r\n")
		if !found || name == "" || strings.ContainsAny(name, " \t\r\n,\"") {
			return nil, errDirectives
		}
		rest = strings.TrimLeft(rest, " \t\r\n")
		var value string
		if strings.HasPrefix(rest, `"`) {
			if value, rest, found = cutQuoted(rest[1:]); !found {
				return nil, errDirectives
			}
		} else {
			end := strings.IndexAny(rest, " \t\r\n,")
			if end < 0 {
				end = len(rest)
			}
			value, rest = rest[:end], rest[end:]
		}
		s = strings.TrimLeft(rest, " \t\r\n")
		if s != "" && s[0] != ',' {
			return nil, errDirectives
		}
		list = append(list, [2]string{strings.ToLower(name), value})
	}
}

// cutQuoted reads a quoted string whose opening quote has been read.
func cutQuoted(s string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
