// Package perlre runs the Perl that users of the reference write on their command lines: whole
// operators (s///, tr///, y///, m//, //) with any delimiter and flag, and bare patterns. An
// expression is parsed and compiled once, applied many times, and safe for concurrent use.
//
//   - Subjects are byte strings. [\x80-\xff] means bytes, \w is ASCII, and a two byte letter of
//     a pattern is two pattern characters, as in a Perl program without "use utf8".
//   - No code is run. The flag e knows a small language of conditions, strings and case
//     functions; (?{...}), variables and anything else that is not in the language is a
//     [SyntaxError] when the expression is parsed.
//   - A match is bounded: [ErrTimeout] after a time, [ErrTooComplex] when backtracking needs too
//     much memory. Both concern one subject, never the expression as a whole.
//
// How an expression becomes an answer:
//
//  1. operator.go cuts the text into name, parts and flags, as Perl's own lexer does.
//  2. source.go does to a pattern what Perl does before the regular expression compiler sees
//     it: \Q \U \L \E, and a look for variables.
//  3. pattern.go, class.go and property.go translate the pattern to the engine's dialect, with
//     every class spelled out as a set of bytes.
//  4. template.go and code.go turn a replacement into functions over the captures.
//  5. engine.go maps each byte 0x80-0xff to a private-use character and searches.
//
// Not imitated, because nothing in use needs it: recursion, branch reset, verbs such as (*SKIP),
// locales, and the empty pattern's meaning "the last successful pattern"; here it matches at the
// start.
package perlre
