package selfcheck

import (
	"imapsync/internal/perlre"
	"imapsync/internal/report"
)

func substitutions() error {
	for _, c := range [][3]string{
		{`s/b+/X/g`, "abbbcb", "aXcX"},
		{`s,(\w+) (\w+),\u$2 \U$1,`, "one two", "Two ONE"},
		{`tr/a-c/A-C/`, "abcd", "ABCd"},
		{`s/^(?!x)(.)/[$1]/mg`, "a\nxb\nc", "[a]\nxb\n[c]"},
		{`s/\xe9/e/`, "caf\xe9", "cafe"},
		{`s,(.{4}),$1\r\n,g`, "123456789", "1234\r\n5678\r\n9"},
	} {
		s, err := perlre.ParseSubst(c[0])
		if err != nil {
			return err
		}
		got, err := s.ApplyString(c[1])
		if err != nil {
			return err
		}
		if err := differs(c[0]+" on "+c[1], got, c[2]); err != nil {
			return err
		}
	}
	return nil
}

func matches() error {
	for _, c := range []struct {
		expression, text string
		want             bool
	}{
		{`m/^Subject: .*spam/mi`, "From: a\nsubject: SPAM\n", true},
		{`m/^Subject: .*spam/m`, "From: a\nsubject: SPAM\n", false},
		{`m{(a|b)\1}`, "xbbx", true},
		{`m/(?<=\d)x\z/`, "5x", true},
	} {
		m, err := perlre.ParseMatch(c.expression)
		if err != nil {
			return err
		}
		got, err := m.MatchString(c.text)
		if err != nil {
			return err
		}
		if err := differs(c.expression+" on "+c.text, []bool{got}, []bool{c.want}); err != nil {
			return err
		}
	}
	if _, err := perlre.ParseMatch("m/(/"); err == nil {
		return differs("m/(/", "accepted", "refused")
	}
	return nil
}

func sizesDisplay() error {
	for n, want := range map[float64]string{152: "0.148 KiB", 1 << 20: "1.000 MiB", 5368709120: "5.000 GiB"} {
		if err := differs("size", report.BytesBin(n), want); err != nil {
			return err
		}
	}
	return nil
}
