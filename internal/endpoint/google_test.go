package endpoint

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imaptest"
	"imapsync/internal/sasl"
)

// tokenServer gives out a token for each request that is signed by key.
type tokenServer struct {
	*httptest.Server
	mu     sync.Mutex
	key    *rsa.PublicKey // nil: any signature will do
	claims []map[string]any
	life   int // seconds that a token is good for
	refuse string
}

func newTokenServer(t *testing.T) *tokenServer {
	t.Helper()
	s := &tokenServer{life: 3600}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *tokenServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		http.Error(w, "what grant?", http.StatusBadRequest)
		return
	}
	if s.refuse != "" {
		http.Error(w, s.refuse, http.StatusBadRequest)
		return
	}
	parts := strings.Split(r.FormValue("assertion"), ".")
	claims, err1 := base64.RawURLEncoding.DecodeString(parts[1])
	signature, err2 := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err1 != nil || err2 != nil || s.key != nil && rsa.VerifyPKCS1v15(s.key, crypto.SHA256, sum[:], signature) != nil {
		http.Error(w, "bad signature", http.StatusUnauthorized)
		return
	}
	var said map[string]any
	_ = json.Unmarshal(claims, &said)
	s.claims = append(s.claims, said)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%d}`, imaptest.Password, s.life)
}

func (s *tokenServer) requests() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.claims
}

// writeKey makes a service account's key in JSON.
func writeKey(t *testing.T, tokenURL string) (file string, public *rsa.PublicKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]string{"type": "service_account", "client_email": "robot@project.example", "client_id": "12345",
		"private_key_id": "k1", "private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": tokenURL})
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file, &key.PublicKey
}

// TestServiceAccount signs in with tokens that a key in JSON gets.
func TestServiceAccount(t *testing.T) {
	t.Parallel()
	tokens := newTokenServer(t)
	file, public := writeKey(t, tokens.URL)
	tokens.key = public
	s := imaptest.Start(t, dress("XOAUTH2"))
	e, rec := newReal(t, s, file, "--authmech1", "XOAUTH2")
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: success login on [127.0.0.1] with user [user] auth [XOAUTH2] or [LOGIN]")
	first, second := mustGet(t, e), mustGet(t, e)
	e.Put(first)
	e.Put(second)
	got := tokens.requests()
	if len(got) != 1 {
		t.Fatalf("got %d requests for a token, want one for both connections", len(got))
	}
	want := map[string]any{"iss": "robot@project.example", "scope": "https://mail.google.com/", "aud": tokens.URL, "prn": "user", "sub": "user"}
	for name, value := range want {
		if got[0][name] != value {
			t.Errorf("%s: got %v, want %v", name, got[0][name], value)
		}
	}
	if life := got[0]["exp"].(float64) - got[0]["iat"].(float64); life < 3500 || life > 3700 {
		t.Errorf("got a life of %v s, want an hour", life)
	}
	if strings.Contains(rec.notes(), imaptest.Password) {
		t.Errorf("the token shows in\n%s", rec.notes())
	}
}

// TestServiceAccountTokenIsRenewed: a token at its end is not used again.
func TestServiceAccountTokenIsRenewed(t *testing.T) {
	t.Parallel()
	tokens := newTokenServer(t)
	tokens.life = 1
	file, _ := writeKey(t, tokens.URL)
	a := &serviceAccount{user: "u", timeout: time.Minute}
	for range 2 {
		if token, err := a.token(t.Context(), sasl.Secret(file)); err != nil || token.Reveal() != imaptest.Password {
			t.Fatalf("got %v", err)
		}
	}
	if n := len(tokens.requests()); n != 2 {
		t.Errorf("got %d requests, want 2", n)
	}
}

// TestPKCS12 reads the older form of keys. The file was made for this test.
func TestPKCS12(t *testing.T) {
	t.Parallel()
	tokens := newTokenServer(t)
	for _, description := range []string{"robot@project.example;testdata/account.p12", "robot@project.example;testdata/account.p12;notasecret"} {
		a := &serviceAccount{user: "u", timeout: time.Minute, tokenURL: tokens.URL}
		if token, err := a.token(t.Context(), sasl.Secret(description)); err != nil || token.Reveal() != imaptest.Password {
			t.Errorf("%s: got %v", description, err)
		}
	}
	got := tokens.requests()
	if len(got) != 2 || got[0]["iss"] != "robot@project.example" || got[0]["aud"] != tokens.URL {
		t.Errorf("got %v", got)
	}
}

func TestServiceAccountFailures(t *testing.T) {
	t.Parallel()
	tokens := newTokenServer(t)
	tokens.refuse = `{"error": "invalid_grant",` + "\n" + ` "error_description": "Invalid email or User ID"}`
	good, _ := writeKey(t, tokens.URL)
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const inside = "private-words"
	for description, want := range map[string]string{
		dir + "/missing.json":                                           "Host1 failure: error [" + dir + "/missing.json]: no such file",
		write("a.json", inside):                                         "not a JSON file",
		write("b.json", `{"client_id":"1"}`):                            "private_key is missing",
		write("c.json", `{"client_id":"1","private_key":"`+inside+`"}`): "not in the form PEM",
		"private-words":                                                 "--oauthaccesstoken",
		"private;private-words":                                         "error: no such file",
		"robot;" + dir + "/missing.p12":                                 "error [" + dir + "/missing.p12]: no such file",
		"robot;testdata/account.p12;wrong":                              "error [testdata/account.p12]: ",
		good:                                                            `no token was given: 400 Bad Request {"error": "invalid_grant", "error_description": "Invalid email or User ID"}`,
	} {
		f := &fakeServer{}
		e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "XOAUTH2")
		e.password = Password(sasl.Secret(description))
		fe := wantFault(t, e.Login(t.Context()), rec, fault.SignIn, want)
		if strings.Contains(fe.Text, inside) {
			t.Errorf("the key shows in %q", fe.Text)
		}
		if got := f.said("LOGIN"); got != nil {
			t.Errorf("got %q, want no LOGIN with the name of a key", got)
		}
	}
}
