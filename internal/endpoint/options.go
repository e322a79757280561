package endpoint

import (
	"fmt"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/getopt"
)

// Options say where one account lives, who signs in and how the connection is made. The same struct
// serves host1 and host2.
type Options struct {
	Host getopt.String
	Port getopt.Int
	User getopt.String

	// Password and PassFile are sources: whoever reads them hands the result to New as a Secret.
	Password getopt.String
	PassFile getopt.String

	SSL        getopt.Bool
	TLS        getopt.Bool
	SSLArgs    []getopt.Pair
	SSLVersion getopt.String // --sslN_ssl_version, the same as SSLArgs SSL_version

	AuthMech         getopt.String
	AuthUser         getopt.String
	AuthMD5          getopt.Bool
	ProxyAuth        getopt.Bool
	Domain           getopt.String
	OAuthDirect      getopt.String
	OAuthAccessToken getopt.String

	Timeout        getopt.Float // seconds, 0 for none
	KeepAlive      getopt.Bool
	Compress       getopt.Bool
	ReconnectRetry getopt.Int
	DebugIMAP      getopt.Bool
	FastIO         getopt.Bool
}

// String leaves the password and the tokens out.
func (o Options) String() string {
	return fmt.Sprintf("host [%s] port [%d] user [%s]", o.Host.Value, o.Port.Value, o.User.Value)
}

// GoString is String, so that %#v shows no secret either.
func (o Options) GoString() string { return o.String() }

// NoPassword reports whether nobody has to be asked for a password, because something else proves who
// the user is. The reference asks even when it has a token.
func (o Options) NoPassword() bool {
	switch strings.ToUpper(o.AuthMech.Value) {
	case string(mechPreauth), string(mechExternal):
		return true
	case string(mechMaster):
		return false
	}
	return o.OAuthDirect.Given || o.OAuthAccessToken.Given
}

// TokenOption names the option that holds a token itself and not the name of a file, without the
// side's digit; empty when there is none.
func (o Options) TokenOption() string {
	switch {
	case o.OAuthDirect.Value != "" && !isFile(o.OAuthDirect.Value):
		return "--oauthdirect"
	case o.OAuthAccessToken.Value != "" && !isFile(o.OAuthAccessToken.Value):
		return "--oauthaccesstoken"
	}
	return ""
}

// Common are the options that hold for both sides.
type Common struct {
	Timeout     getopt.Float // seconds, for sides without a --timeoutN
	SSLCheck    getopt.Bool
	ID          getopt.Bool
	TryLogin    getopt.Bool
	AuthMD5     getopt.Bool
	Inet4       getopt.Bool
	Inet6       getopt.Bool
	DebugIMAP   getopt.Bool
	DebugSSL    getopt.Int
	Connections getopt.Int
}

// Register adds the options of one side to fs, with the side's digit in their names.
func (o *Options) Register(fs *getopt.Set, side account.Side) {
	n, host := side.Digit(), side.String()

	fs.Group("Options/credentials")
	fs.String(&o.Host, "host"+n, "IMAP server of "+role(side)+".")
	fs.Int(&o.Port, "port"+n, "Port to connect to on "+host+". Default is 993 if --ssl"+n+" is on, else 143.")
	fs.String(&o.User, "user"+n, "User to sign in as on "+host+".")
	fs.String(&o.Password, "password"+n, "Password of --user"+n+". Others on this machine may see it in the process list: "+
		"prefer --passfile"+n+" or the environment variable IMAPSYNC_PASSWORD"+n+".").Secret()
	fs.String(&o.PassFile, "passfile"+n, "File whose first line is the password of --user"+n+".")

	fs.Group("Options/encryption")
	fs.Bool(&o.SSL, "ssl"+n, "Use TLS from the first octet on "+host+" (port 993). Default is to probe that port.").Negatable()
	fs.Bool(&o.TLS, "tls"+n, "Use STARTTLS on "+host+". Default is to use it when the server offers it. "+
		"With --notls"+n+" the password may cross the network in clear text.").Negatable()
	fs.Pairs(&o.SSLArgs, "sslargs"+n, "TLS parameter of "+host+", may be repeated: SSL_verify_mode=0 (do not check the certificate), "+
		"SSL_fingerprint=sha256$HEX (accept this certificate only), SSL_ca_file=FILE, SSL_ca_path=DIR, SSL_cert_file=FILE, "+
		"SSL_key_file=FILE, SSL_hostname=NAME, SSL_verifycn_name=NAME, SSL_version=TLSv1_2, SSL_cipher_list=LIST, SSL_ecdh_curve=LIST, SSL_alpn_protocols=LIST. "+
		"What has no equivalent is refused.")
	fs.String(&o.SSLVersion, "ssl"+n+"_ssl_version", "Same as --sslargs"+n+" SSL_version=VALUE.").Hidden()

	fs.Group("Options/authentication")
	fs.String(&o.AuthMech, "authmech"+n, "Authentication mechanism on "+host+": "+mechanismList+".")
	fs.String(&o.AuthUser, "authuser"+n, "Administrator who signs in on "+host+" as --user"+n+", with the administrator's password (mechanism PLAIN "+
		"unless --authmech"+n+" says otherwise).")
	fs.Bool(&o.AuthMD5, "authmd5"+n, "Use CRAM-MD5 on "+host+".").Negatable()
	fs.Bool(&o.ProxyAuth, "proxyauth"+n, "Sign in on "+host+" as --authuser"+n+" and become --user"+n+" by the command PROXYAUTH (Sun, iPlanet).")
	fs.String(&o.Domain, "domain"+n, "Domain of "+host+" for NTLM.")
	fs.String(&o.OAuthDirect, "oauthdirect"+n, "Ready-made XOAUTH2 string in base64, or a file whose first line is one, for "+host+".").Secret()
	fs.String(&o.OAuthAccessToken, "oauthaccesstoken"+n, "OAuth 2 access token, or a file whose first line is one, for "+host+": mechanism XOAUTH2, "+
		"or OAUTHBEARER if --authmech"+n+" says so. A file is read again at each sign-in.").Secret()

	fs.Group("Options/connection")
	fs.Float(&o.Timeout, "timeout"+n, "Longest silence of "+host+" in seconds before its connection counts as lost. Default is 120; 0 means no limit.")
	fs.Bool(&o.KeepAlive, "keepalive"+n, "Use TCP keepalive on "+host+". On by default.").Negatable()
	fs.Bool(&o.Compress, "compress"+n, "Use COMPRESS=DEFLATE on "+host+". Off by default.").Negatable().Hidden()
	fs.Int(&o.ReconnectRetry, "reconnectretry"+n, "How often to try to connect again to "+host+" after a lost connection. Default is 3.").Hidden()
	fs.Bool(&o.FastIO, "fastio"+n, "Another read loop in 2.229.").Negatable().Hidden().NoEffect("reading never blocks the rest of the program.")

	fs.Group("Options/debugging")
	fs.Bool(&o.DebugIMAP, "debugimap"+n, "Show what is said to "+host+" and what it answers, without passwords and message texts.").Negatable()
}

// Register adds the options that hold for both sides to fs.
func (c *Common) Register(fs *getopt.Set) {
	fs.Group("Options/encryption")
	fs.Bool(&c.SSLCheck, "sslcheck", "Probe port 993 of the hosts that have neither --port, --ssl nor --tls. On by default.").Negatable().Hidden()
	fs.Int(&c.DebugSSL, "debugssl", "From 2 on tell what each TLS connection agreed on and the certificate, from 3 on all certificates. Failures are told in full anyway.")

	fs.Group("Options/authentication")
	fs.Bool(&c.TryLogin, "trylogin", "Try LOGIN when another mechanism failed. On by default.").Negatable().Hidden()
	fs.Bool(&c.AuthMD5, "authmd5", "Use CRAM-MD5 on both sides.").Negatable().Hidden()

	fs.Group("Options/connection")
	fs.Bool(&c.Inet4, "inet4|ipv4", "Connect by IPv4 only.").Hidden()
	fs.Bool(&c.Inet6, "inet6|ipv6", "Connect by IPv6 only.").Hidden()
	fs.Float(&c.Timeout, "timeout", "Same as --timeout1 and --timeout2 together.").Hidden()
	fs.Bool(&c.ID, "id", "Exchange the IMAP command ID with the servers. On by default; --noid avoids it.").Negatable()
	fs.Int(&c.Connections, "connections", "Most connections to one side at a time. Default is 4.").New()

	fs.Group("Options/debugging")
	fs.Bool(&c.DebugIMAP, "debugimap", "Same as --debugimap1 and --debugimap2 together.").Negatable()
}

func role(side account.Side) string {
	if side == account.Host2 {
		return "the destination account"
	}
	return "the source account"
}
