package server

import (
	"testing"

	"imapsync/internal/imap"
)

func TestProxyAuth(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, Config{Capabilities: []imap.Capability{capProxyAuth}})
	store := srv.cfg.Store.(*Memory)
	store.AddUser("admin", "secret")
	store.AddMaster("admin", "secret")
	play(t, dial(t, srv), `
		S... * OK
		C: a PROXYAUTH u
		S: a BAD Please log in first
		C: a LOGIN admin secret
		S~ a OK
		C: a PROXYAUTH nobody
		S: a NO Unknown user
		C: a PROXYAUTH u
		S~ a OK`)
	play(t, dial(t, srv), `
		S... * OK
		C: a LOGIN u p
		S~ a OK
		C: a PROXYAUTH admin
		S: a NO [NOPERM] Not an administrator`)
	plain, _ := newAccount(t, Config{})
	play(t, dial(t, plain), `
		S... * OK
		C: a LOGIN u p
		S~ a OK
		C: a PROXYAUTH u
		S: a BAD Unknown command PROXYAUTH`)
}

func TestMechanismsThatAreNotOffered(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, Config{})
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE CRAM-MD5
		S: a NO Unsupported authentication mechanism`)
}

// TestBearer: the reason of a refusal comes in a challenge, which must be answered.
func TestBearer(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, Config{Capabilities: []imap.Capability{imap.CapSASLIR, "AUTH=XOAUTH2", "AUTH=OAUTHBEARER"}})
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHgBAQ==
		S: + eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NoZW1lcyI6ImJlYXJlciIsInNjb3BlIjoibWFpbCJ9
		C: 
		S: a NO [AUTHENTICATIONFAILED] Authentication failed.
		C: a AUTHENTICATE XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHABAQ==
		S~ a OK`)
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE OAUTHBEARER bixhPXUsAWF1dGg9QmVhcmVyIHABAQ==
		S~ a OK`)
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE OAUTHBEARER bm9uc2Vuc2U=
		S: a BAD Invalid response`)
}
