package endpoint

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/pkcs12"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"imapsync/internal/sasl"
)

const (
	// googleTokens is where keys without an address of their own are presented.
	googleTokens = "https://www.googleapis.com/oauth2/v3/token"
	googleScope  = "https://mail.google.com/"
	// googleSecret opens the PKCS #12 files that Google makes.
	googleSecret = "notasecret"
)

// serviceAccount gets access tokens with the key of a Google service account that may act for the
// users of its domain (RFC 7523). A token is used until it ends, and then got anew.
type serviceAccount struct {
	user     string // who is acted for
	tokenURL string // for keys that do not tell; tests have their own
	timeout  time.Duration

	mu     sync.Mutex
	source oauth2.TokenSource
}

// keyError is a key that cannot be used, or that no token was given for.
type keyError struct {
	file string
	err  error
}

// Error names the file as the reference does.
func (k *keyError) Error() string {
	if k.file == "" {
		return fmt.Sprintf("error: %v", k.err)
	}
	return fmt.Sprintf("error [%s]: %v", k.file, k.err)
}

func (k *keyError) Unwrap() error { return k.err }

// token gives a valid access token. The description of the key, given where other mechanisms have
// a password, is the path of a JSON file, or "account;file.p12" with or without ";password".
func (s *serviceAccount) token(ctx context.Context, description sasl.Secret) (sasl.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file := keyFile(description.Reveal())
	if s.source == nil {
		config, err := s.read(description.Reveal())
		if err != nil {
			return "", &keyError{file, err}
		}
		// The source outlives this sign-in, so only its own limit of time bounds it.
		hc := &http.Client{Timeout: cmp.Or(s.timeout, defaultTimeout)}
		s.source = config.TokenSource(context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, hc))
	}
	token, err := s.source.Token()
	if err != nil {
		return "", &keyError{file, tokenRefused(err)}
	}
	return sasl.Secret(token.AccessToken), nil
}

// keyFile is the name of the file for errors. What does not look like one may be a password given
// by mistake, and stays unsaid.
func keyFile(description string) string {
	name := description
	if parts := strings.Split(description, ";"); len(parts) > 1 {
		name = parts[1]
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".p12", ".pfx":
		return name
	}
	return ""
}

// readKey is os.ReadFile without the file's name in the error.
func readKey(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		return nil, path.Err
	}
	return data, err
}

func (s *serviceAccount) read(description string) (*jwt.Config, error) {
	config := &jwt.Config{Subject: s.user, Scopes: []string{googleScope}, TokenURL: s.tokenURL, Expires: time.Hour}
	if parts := strings.Split(description, ";"); len(parts) > 1 {
		return config, readPKCS12(config, parts)
	}
	if !strings.HasSuffix(description, ".json") {
		return nil, errors.New("XOAUTH2 wants the path of a service account's key in the place of the password (FILE.json, or ACCOUNT;FILE.p12), " +
			"or a token by --oauthaccesstoken")
	}
	return config, readKeyJSON(config, description)
}

// readKeyJSON reads a key as Google's console gives it.
func readKeyJSON(config *jwt.Config, file string) error {
	text, err := readKey(file)
	if err != nil {
		return err
	}
	var key struct {
		Email    string `json:"client_email"`
		ID       string `json:"client_id"`
		Key      string `json:"private_key"`
		KeyID    string `json:"private_key_id"`
		TokenURI string `json:"token_uri"`
	}
	if err := json.Unmarshal(text, &key); err != nil {
		return errors.New("not a JSON file") // the error of json could quote the key
	}
	// 2.229 presents the id; Google's documentation wants the address.
	if config.Email = key.Email; config.Email == "" {
		config.Email = key.ID
	}
	if config.Email == "" || key.Key == "" {
		return errors.New("not a service account's key: client_email or private_key is missing")
	}
	if key.TokenURI != "" {
		config.TokenURL = key.TokenURI
	}
	config.PrivateKey, config.PrivateKeyID = []byte(key.Key), key.KeyID
	return checkKey(config)
}

// readPKCS12 reads the older form of such keys.
func readPKCS12(config *jwt.Config, parts []string) error {
	password := googleSecret
	if len(parts) > 2 {
		password = strings.Join(parts[2:], ";")
	}
	data, err := readKey(parts[1])
	if err != nil {
		return err
	}
	key, _, err := pkcs12.Decode(data, password)
	if err != nil {
		return err
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return errors.New("not an RSA key")
	}
	config.Email = parts[0]
	config.PrivateKey = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})
	return nil
}

// checkKey finds a bad key before a connection to Google is made.
func checkKey(config *jwt.Config) error {
	if block, _ := pem.Decode(bytes.TrimSpace(config.PrivateKey)); block == nil {
		return errors.New("the private key is not in the form PEM")
	}
	return nil
}

// tokenRefused makes one line of a refusal: code and words, without what was sent.
func tokenRefused(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response == nil {
		return err
	}
	const longest = 300
	body := strings.Join(strings.Fields(string(refused.Body)), " ")
	if len(body) > longest {
		body = strings.ToValidUTF8(body[:longest], "") + "..."
	}
	return fmt.Errorf("no token was given: %s %s", refused.Response.Status, body)
}
