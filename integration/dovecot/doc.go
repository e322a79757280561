// Package dovecot runs private Dovecot servers for tests and benchmarks: own configuration, own
// directory, random ports on the loopback interface, stopped by the process that started them. The
// system's own Dovecot is never touched; only its programs are used.
//
// A [Pair] has the two name styles that matter in the field:
//
//   - First: separator "/", no prefix (maildir in the file system's own tree).
//   - Second: separator ".", everything below "INBOX." (maildir++, as on many hosting servers).
//
// Any user name is an account, and [Password] opens it; an account exists once it is used.
// [Server.LimitUser] gives an account a quota. Both servers speak clear text and
// STARTTLS on one port, TLS on another, with a certificate for localhost and 127.0.0.1 of a
// certificate authority of their own ([Pair.CA]).
//
// Needed is Dovecot 2.3; 2.4 has another configuration language and counts as missing.
package dovecot
