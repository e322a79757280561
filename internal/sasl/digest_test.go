package sasl

import (
	"errors"
	"strings"
	"testing"
)

const digestExample = `realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8`

func digestClient(authzid string) Client {
	c := DigestMD5(authzid, "chris", "secret", "elwood.innosoft.com").(*digestMD5)
	c.cnonce = func() string { return "OA6MHXh6VqTrRk" }
	return c
}

// TestDigestMD5 is the example of RFC 2831 section 4.
func TestDigestMD5(t *testing.T) {
	t.Parallel()
	c := digestClient("")
	start(t, c, "DIGEST-MD5")
	mustNext(t, c, digestExample, `charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,`+
		`cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",response=d388dad90d4bbd760a152321f2143af7,qop=auth`)
	if err := c.(Verifier).Verdict(true); !errors.Is(err, ErrUnproven) {
		t.Errorf("accepted without a proof: got %v, want %v", err, ErrUnproven)
	}
	mustNext(t, c, "rspauth=ea40f60335c427b5527b84dbabcdfffd", "")
	if err := c.(Verifier).Verdict(true); err != nil {
		t.Errorf("got %v, want no error", err)
	}
	if _, err := c.Next(nil); err == nil {
		t.Error("a challenge afterwards: got no error, want one")
	}
}

func TestDigestMD5FalseProof(t *testing.T) {
	t.Parallel()
	for _, proof := range []string{"rspauth=00000000000000000000000000000000", "", "=", "rspauth="} {
		c := digestClient("")
		start(t, c, "DIGEST-MD5")
		if _, err := c.Next([]byte(digestExample)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Next([]byte(proof)); !errors.Is(err, ErrUnproven) {
			t.Errorf("%q: got %v, want %v", proof, err, ErrUnproven)
		}
	}
}

func TestDigestMD5Challenges(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, challenge, want string }{
		{"an administrator", digestExample, `,authzid="bob"`},
		{"no realm", `nonce="n",algorithm=md5-sess`, `username="chris",nonce="n"`},
		{"several qualities", `nonce="n",qop="auth-int, auth,auth-conf",algorithm=md5-sess`, "qop=auth"},
		{"several realms", `realm="one",realm="two",nonce="n",algorithm=md5-sess`, `realm="one"`},
		{"blanks and empty elements", ` ,, nonce = "n" ,	algorithm=MD5-SESS,`, `nonce="n"`},
		{"quoted pairs", `nonce="a\"b\\c",algorithm=md5-sess`, `nonce="a\"b\\c"`},
		{"no nonce", `realm="r",algorithm=md5-sess`, ""},
		{"two nonces", `nonce="n",nonce="m",algorithm=md5-sess`, ""},
		{"another algorithm", `nonce="n",algorithm=md5`, ""},
		{"only encryption", `nonce="n",qop="auth-conf",algorithm=md5-sess`, ""},
		{"an open quote", `nonce="n,algorithm=md5-sess`, ""},
		{"no list", `<123@host>`, ""},
		{"too long", `nonce="n",algorithm=md5-sess,x="` + strings.Repeat("x", longestChallenge) + `"`, ""},
	}
	for _, tt := range tests {
		c := digestClient("bob")
		start(t, c, "DIGEST-MD5")
		got, err := c.Next([]byte(tt.challenge))
		if tt.want == "" && err == nil || tt.want != "" && (err != nil || !strings.Contains(string(got), tt.want)) {
			t.Errorf("%s: got %q, %v, want %q in it (empty: an error)", tt.name, got, err, tt.want)
		}
	}
}

func FuzzDirectives(f *testing.F) {
	for _, s := range []string{digestExample, "rspauth=ea40", `a="b\"c",,d=e`, `a=`, `="`, `a = "b" , c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := parseDirectives(s)
		if err != nil && list != nil {
			t.Errorf("got %q with %v", list, err)
		}
		for _, d := range list {
			if d[0] == "" || d[0] != strings.ToLower(d[0]) {
				t.Errorf("got the name %q", d[0])
			}
			// What was read can be said again.
			if again, err := parseDirectives(d[0] + "=" + quoted(d[1])); err != nil || len(again) != 1 || again[0] != d {
				t.Errorf("%q: got %q, %v after quoting", d, again, err)
			}
		}
	})
}

// FuzzChallenges gives every mechanism what a server may say; none may panic or repeat the secret.
func FuzzChallenges(f *testing.F) {
	f.Add([]byte(digestExample), []byte("rspauth=x"))
	f.Add([]byte(scramExamples[0].serverFirst), []byte(scramExamples[0].serverLast))
	f.Add([]byte(`{"status":401,"scope":"x"}`), []byte("e=x"))
	f.Add(ntlmChallenge(), []byte{})
	const password = "tanstaaftanstaaf"
	f.Fuzz(func(t *testing.T, first, second []byte) {
		e := scramExamples[0]
		scram := e.make("", "user", password).(*scramClient)
		scram.nonce = func() string { return e.nonce }
		if checkIterations(string(first)) == nil && strings.Contains(string(first), "i=") && !strings.Contains(string(first), "i=4096") {
			first = nil // work for nothing
		}
		for _, c := range []Client{scram, digestClient("bob"), CRAMMD5("tim", password), NTLM("d", "u", password),
			XOAuth2("u", password), OAuthBearer("u", password, "h", 1)} {
			if _, _, err := c.Start(); err != nil {
				t.Fatal(err)
			}
			for _, challenge := range [][]byte{first, second, first} {
				answer, err := c.Next(challenge)
				if strings.Contains(string(answer), password) || err != nil && strings.Contains(err.Error(), password) {
					t.Errorf("the secret is in %q, %v", answer, err)
				}
				if err != nil {
					break
				}
			}
		}
	})
}
