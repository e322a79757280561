package perlre

import (
	"testing"

	"imapsync/internal/vectors"
)

// disarm is the expression that --disarmreadreceipts adds in the reference.
const disarm = `s{\A((?:[^\n]+\r\n)+|)(^Disposition-Notification-To:[^\n]*\n)(\r?\n|.*\n\r?\n)}{$1X-$2$3}ims`

func TestVectorsRegexmess(t *testing.T) {
	for _, c := range vectors.Load(t, "regexmess", "regexmess") {
		if c.PerlOnly {
			continue
		}
		expressions := c.In.Field("regexmess").Strs()
		if c.In.Field("disarmreadreceipts").Bool() {
			expressions = append(expressions, disarm)
		}
		vectors.Check(t, c, transform(c.In.Field("message").Bytes(), expressions))
	}
}

// transform returns nil, the vectors' null, for a bad expression.
func transform(message []byte, expressions []string) any {
	if message == nil {
		message = []byte{}
	}
	for _, expr := range expressions {
		s, err := ParseSubst(expr)
		if err != nil {
			return nil
		}
		if message, err = s.Apply(message); err != nil {
			return nil
		}
	}
	return message
}

func TestVectorsSkipmess(t *testing.T) {
	for _, c := range vectors.Load(t, "skipmess", "skipmess") {
		if c.PerlOnly {
			continue
		}
		vectors.Check(t, c, anyMatch(c.In.Field("message").Bytes(), c.In.Field("skipmess").Strs()))
	}
}

func anyMatch(message []byte, expressions []string) any {
	if len(expressions) == 0 {
		return nil
	}
	for _, expr := range expressions {
		m, err := ParseMatch(expr)
		if err != nil {
			return nil
		}
		ok, err := m.Match(message)
		if err != nil {
			return nil
		}
		if ok {
			return true
		}
	}
	return false
}

// TestVectorsRegexMatch takes the cases of bare patterns. The empty pattern is left out: in the
// reference it means the last one that matched anywhere.
func TestVectorsRegexMatch(t *testing.T) {
	for _, c := range vectors.Load(t, "regex_match", "match", "notmatch") {
		pattern, subject := c.In.Field("regex"), c.In.Field("string")
		if c.PerlOnly || pattern.Str() == "" || subject.IsNull() {
			continue
		}
		m, err := ParsePattern(pattern.Str(), "")
		if err != nil {
			vectors.Check(t, c, nil)
			continue
		}
		ok, err := m.MatchString(subject.Str())
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		switch {
		case c.Fn == "notmatch":
			vectors.Check(t, c, !ok)
		case ok:
			vectors.Check(t, c, subject.Str())
		default:
			vectors.Check(t, c, 0)
		}
	}
}

func TestVectorsRegextrans2(t *testing.T) {
	for _, c := range vectors.Load(t, "regextrans2", "regextrans2") {
		if c.PerlOnly {
			continue
		}
		name := transform(c.In.Field("folder").Bytes(), c.In.Field("regextrans2").Strs())
		if name == nil {
			name = map[string]int{"exit": 64}
		}
		vectors.Check(t, c, name)
	}
}
