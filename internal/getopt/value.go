package getopt

import (
	"math"
	"strconv"
	"strings"
)

// Bool is a flag with three states: not given, given, negated. The zero value is not given.
type Bool struct{ Given, Value bool }

// Or is the value given by the user, else def.
func (b Bool) Or(def bool) bool {
	if b.Given {
		return b.Value
	}
	return def
}

// String is a word that may not have been given. A given empty word differs from none.
type String struct {
	Given bool
	Value string
}

// Or is the value given by the user, else def.
func (s String) Or(def string) string {
	if s.Given {
		return s.Value
	}
	return def
}

// Int is a whole number that may not have been given.
type Int struct {
	Given bool
	Value int64
}

// Or is the value given by the user, else def.
func (i Int) Or(def int64) int64 {
	if i.Given {
		return i.Value
	}
	return def
}

// Float is a number that may not have been given.
type Float struct {
	Given bool
	Value float64
}

// Or is the value given by the user, else def.
func (f Float) Or(def float64) float64 {
	if f.Given {
		return f.Value
	}
	return def
}

// Pair is one key=value of an option such as --sslargs1. The key is what precedes the first "=".
type Pair struct{ Key, Value string }

// parseInt reads an optional sign and decimal digits among which underscores do not count, as in
// 45_000_000. Numbers that int64 cannot hold become its nearest limit.
func parseInt(text string) (int64, bool) {
	sign, rest := splitSign(strings.TrimSuffix(text, "\n"))
	rest = strings.ReplaceAll(rest, "_", "")
	if rest == "" || strings.Trim(rest, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(sign+rest, 10, 64)
	if err != nil && sign == "-" {
		return math.MinInt64, true
	}
	if err != nil {
		return math.MaxInt64, true
	}
	return n, true
}

// parseFloat reads a sign, digits, a fraction and an exponent; .5 and 1e2 are numbers, "_1" and
// "inf" are not.
func parseFloat(text string) (float64, bool) {
	sign, rest := splitSign(strings.TrimSuffix(text, "\n"))
	digits := strings.TrimPrefix(rest, ".")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, false
	}
	mantissa, exponent := rest, ""
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		mantissa, exponent = rest[:i], rest[i+1:]
		expSign, expDigits := splitSign(exponent)
		clean := strings.ReplaceAll(expDigits, "_", "")
		if clean == "" || strings.Trim(clean, "0123456789") != "" {
			return 0, false
		}
		exponent = "e" + expSign + clean
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	whole, fraction = strings.ReplaceAll(whole, "_", ""), strings.ReplaceAll(fraction, "_", "")
	if strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(sign+"0"+whole+"."+fraction+"0"+exponent, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

func splitSign(s string) (sign, rest string) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	return "", s
}
