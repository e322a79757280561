package sasl

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"unicode/utf16"
)

// ntlmChallenge is a CHALLENGE_MESSAGE (MS-NLMP section 2.2.1.2) with the server challenge of that
// document's examples and an empty list of target information.
func ntlmChallenge() []byte {
	var b bytes.Buffer
	b.WriteString("NTLMSSP\x00\x02\x00\x00\x00")
	b.Write([]byte{0, 0, 0, 0, 56, 0, 0, 0})            // target name
	b.Write([]byte{0x05, 0x82, 0x88, 0x00})             // Unicode, NTLM, extended session security, target info
	b.Write([]byte("\x01\x23\x45\x67\x89\xab\xcd\xef")) // server challenge
	b.Write(make([]byte, 8))                            // reserved
	b.Write([]byte{4, 0, 4, 0, 56, 0, 0, 0})            // target information
	b.Write([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) // version; end of the list
	return b.Bytes()
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// field is the i-th field of an AUTHENTICATE_MESSAGE (MS-NLMP section 2.2.1.3).
func field(t *testing.T, m []byte, i int) []byte {
	t.Helper()
	at := 12 + 8*i
	length, offset := binary.LittleEndian.Uint16(m[at:]), binary.LittleEndian.Uint32(m[at+4:])
	if int(offset)+int(length) > len(m) {
		t.Fatalf("field %d lies outside of the message", i)
	}
	return m[offset : int(offset)+int(length)]
}

// TestNTLM checks the proof with the key of MS-NLMP section 4.2.4.1.1, which User, Password and
// Domain give.
func TestNTLM(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Client{
		"domain apart":       NTLM("Domain", "User", "Password"),
		"domain in the name": NTLM("", `Domain\User`, "Password"),
	} {
		if first := start(t, c, "NTLM"); first[:12] != "NTLMSSP\x00\x01\x00\x00\x00" {
			t.Errorf("%s: got %q, want a NEGOTIATE_MESSAGE", name, first)
		}
		m, err := c.Next(ntlmChallenge())
		if err != nil {
			t.Fatal(err)
		}
		if domain, user := field(t, m, 2), field(t, m, 3); !bytes.Equal(domain, utf16le("Domain")) || !bytes.Equal(user, utf16le("User")) {
			t.Errorf("%s: got domain %q, user %q", name, domain, user)
		}
		key, _ := hex.DecodeString("0c868a403bfd7a93a3001ef22ef02e3f")
		response := field(t, m, 1)
		h := hmac.New(md5.New, key)
		h.Write([]byte("\x01\x23\x45\x67\x89\xab\xcd\xef"))
		h.Write(response[16:])
		if !bytes.Equal(h.Sum(nil), response[:16]) {
			t.Errorf("%s: the proof is wrong", name)
		}
		if _, err := c.Next(nil); err == nil {
			t.Errorf("%s: a second challenge: got no error, want one", name)
		}
	}
	c := NTLM("", "u", "p")
	start(t, c, "NTLM")
	if _, err := c.Next([]byte("nonsense")); err == nil {
		t.Error("nonsense: got no error, want one")
	}
}
