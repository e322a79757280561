package endpoint

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
)

// tlsVersions are the versions Go speaks, oldest first, by the names of IO::Socket::SSL without
// their underscores and in lower case.
var tlsVersions = []struct {
	name string
	id   uint16
}{
	{"tlsv1", tls.VersionTLS10},
	{"tlsv11", tls.VersionTLS11},
	{"tlsv12", tls.VersionTLS12},
	{"tlsv13", tls.VersionTLS13},
}

// parseTLSVersions reads SSL_version: names joined by ":", each adding a version or, after "!",
// excluding one; SSLv23 stands for all. TLS 1.0 and 1.1 are offered only when named this way. The
// result must be without a gap, because TLS negotiates a range.
func parseTLSVersions(value string) (lowest, highest uint16, err error) {
	wanted := make([]bool, len(tlsVersions))
	named := false
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ':' || r == ' ' }) {
		name := strings.ToLower(strings.ReplaceAll(word, "_", ""))
		name, excluded := strings.CutPrefix(name, "!")
		switch {
		case name == "sslv2" || name == "sslv3":
			if excluded {
				continue
			}
			return 0, 0, errors.New("SSL versions 2 and 3 are broken and not supported")
		case name == "sslv23" && !excluded:
			for i := range wanted {
				wanted[i] = true
			}
			named = true
			continue
		}
		i := versionIndex(name)
		if i < 0 {
			return 0, 0, fmt.Errorf("%q is not a version; SSLv23, TLSv1, TLSv1_1, TLSv1_2 and TLSv1_3 are", word)
		}
		if excluded && !named {
			for j := range wanted {
				wanted[j] = true
			}
		}
		named = true
		wanted[i] = !excluded
	}
	return versionRange(wanted)
}

func versionIndex(name string) int {
	for i, v := range tlsVersions {
		if v.name == name {
			return i
		}
	}
	return -1
}

func versionRange(wanted []bool) (lowest, highest uint16, err error) {
	for i, w := range wanted {
		if !w {
			continue
		}
		if lowest == 0 {
			lowest = tlsVersions[i].id
		} else if highest+1 != tlsVersions[i].id {
			return 0, 0, errors.New("a version between two others cannot be excluded")
		}
		highest = tlsVersions[i].id
	}
	if lowest == 0 {
		return 0, 0, errors.New("no TLS version is left")
	}
	return lowest, highest, nil
}

// cipherNames gives OpenSSL's names of the cipher suites that Go has and that TLS before 1.3 uses.
var cipherNames = map[string]uint16{
	"ECDHE-ECDSA-AES128-GCM-SHA256": tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-ECDSA-AES256-GCM-SHA384": tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-ECDSA-CHACHA20-POLY1305": tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-ECDSA-AES128-SHA256":     tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
	"ECDHE-ECDSA-AES128-SHA":        tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
	"ECDHE-ECDSA-AES256-SHA":        tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	"ECDHE-RSA-AES128-GCM-SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-RSA-AES256-GCM-SHA384":   tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-RSA-CHACHA20-POLY1305":   tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-RSA-AES128-SHA256":       tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
	"ECDHE-RSA-AES128-SHA":          tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	"ECDHE-RSA-AES256-SHA":          tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	"ECDHE-RSA-DES-CBC3-SHA":        tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
	"AES128-GCM-SHA256":             tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
	"AES256-GCM-SHA384":             tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
	"AES128-SHA256":                 tls.TLS_RSA_WITH_AES_128_CBC_SHA256,
	"AES128-SHA":                    tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	"AES256-SHA":                    tls.TLS_RSA_WITH_AES_256_CBC_SHA,
	"DES-CBC3-SHA":                  tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
}

// parseCipherList reads as much of an OpenSSL cipher expression as has a meaning here: names, and
// the words that stand for a broad choice. Words that only take away (!DH, -RC4) or only order
// (+RSA, @SECLEVEL=0, @STRENGTH) change nothing, because Go has no finite-field Diffie-Hellman,
// offers no suite such words are used against, and orders suites itself. No suites means Go's own.
func parseCipherList(value string) (suites []uint16, unknown []string) {
	broad := false
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(":, ", r) }) {
		if strings.ContainsRune("!-+@", rune(word[0])) {
			continue
		}
		word, _, _ = strings.Cut(word, "@")
		switch upper := strings.ToUpper(word); upper {
		case "DEFAULT", "ALL", "HIGH", "MEDIUM", "COMPLEMENTOFDEFAULT":
			broad = true
		default:
			if id, ok := cipherNames[upper]; ok {
				suites = append(suites, id)
			} else {
				unknown = append(unknown, word)
			}
		}
	}
	if broad {
		return everyCipher(), unknown
	}
	return suites, unknown
}

// everyCipher is every suite of Go but those with RC4: also the old ones that OpenSSL's DEFAULT
// offers and Go leaves out. The server still chooses, and modern ones choose well.
func everyCipher() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if !strings.Contains(s.Name, "RC4") {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
