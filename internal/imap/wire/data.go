package wire

import (
	"math"

	"imapsync/internal/imap"
)

// CapabilityData reads a list of capabilities (RFC 9051, capability-data), in the server's letters.
func (d *Decoder) CapabilityData() imap.Caps { return imap.Caps(d.words()) }

// words reads the rest of the line as words, for CAPABILITY and ENABLED.
func (d *Decoder) words() []string {
	words := []string{}
	for !d.EOL() {
		b, bare := d.astring()
		if bare && len(b) == 0 {
			d.skipToken()
			continue
		}
		words = append(words, string(b))
	}
	return words
}

// EnableData reads the capabilities of an ENABLED response (RFC 5161).
func (d *Decoder) EnableData() []string { return d.words() }

// NamespaceResponse reads what follows NAMESPACE (RFC 2342). A missing class is an empty one, and
// extensions are skipped.
func (d *Decoder) NamespaceResponse() imap.Namespaces {
	return imap.Namespaces{Personal: d.namespaceClass(), Other: d.namespaceClass(), Shared: d.namespaceClass()}
}

func (d *Decoder) namespaceClass() []imap.Namespace {
	class := []imap.Namespace{}
	if !d.accept('(') {
		d.skipValue()
		return class
	}
	if d.space(); d.peek() != '(' && d.peek() != ')' && !d.eol() {
		return append(class, d.namespaceDescr()) // the inner parentheses were forgotten
	}
	for !d.EOL() && !d.accept(')') {
		if !d.accept('(') {
			d.skipValue()
			continue
		}
		class = append(class, d.namespaceDescr())
	}
	return class
}

// namespaceDescr reads a prefix, its delimiter and the closing parenthesis.
func (d *Decoder) namespaceDescr() imap.Namespace {
	prefix, _ := d.nstring()
	n := imap.Namespace{Prefix: string(prefix)}
	n.Delim = d.delimiter()
	for !d.EOL() && !d.accept(')') {
		d.skipValue()
	}
	return n
}

// IDParams reads what follows ID (RFC 2971, id-params-list), in the server's order. NIL and "()"
// are empty; a NIL value is an empty string.
func (d *Decoder) IDParams() [][2]string {
	params := [][2]string{}
	if !d.accept('(') {
		d.skipValue()
		return params
	}
	for !d.EOL() && !d.accept(')') {
		if d.accept('(') {
			continue
		}
		field, _ := d.astring()
		name := string(field) // before the value, whose literal would overwrite the line
		value, _ := d.nstring()
		params = append(params, [2]string{name, string(value)})
	}
	return params
}

// QuotaResponse reads what follows QUOTA (RFC 9208): the resources of one root. A limit beyond 63
// bits stands for none, as in servers that print -1 without its sign.
func (d *Decoder) QuotaResponse() []imap.Quota {
	b, _ := d.astring()
	root := string(b)
	var quotas []imap.Quota
	d.accept('(')
	for !d.EOL() && !d.accept(')') {
		if d.accept('(') {
			continue
		}
		name, _ := d.astring()
		q := imap.Quota{Root: root, Resource: string(name)}
		usage, ok := d.number()
		if !ok {
			continue
		}
		limit, ok := d.number()
		q.Usage, q.Limit = int64(min(usage, math.MaxInt64)), int64(limit)
		if !ok || limit > math.MaxInt64 {
			q.Limit = -1
		}
		quotas = append(quotas, q)
	}
	return quotas
}
