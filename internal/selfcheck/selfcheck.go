// Package selfcheck lets the program try its own pure parts: questions with known answers, for
// whoever wants to know whether a build works on a machine (--tests). It is no replacement for the
// tests of the sources; it needs no network, no files and no time.
package selfcheck

import "fmt"

// Check is one question to one part of the program.
type Check struct {
	Name string // a word, for --testsunit
	Run  func() error
}

// All are the checks, in the order of the path of a message: command line, folders, identity,
// content, flags, figures.
func All() []Check {
	return []Check{
		{"getopt_spellings", optionSpellings},
		{"getopt_mistakes", optionMistakes},
		{"getopt_mask", secretsMasked},
		{"perlre_substitute", substitutions},
		{"perlre_match", matches},
		{"utf7", folderNames},
		{"folder_mapping", folderMapping},
		{"folder_mistakes", folderMistakes},
		{"identity", identity},
		{"identity_fallback", identityFallback},
		{"header_date", headerDate},
		{"line_ends", lineEnds},
		{"flags", flags},
		{"sizes_display", sizesDisplay},
	}
}

// differs compares an answer with the known one.
func differs(question string, got, want any) error {
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w {
		return fmt.Errorf("%s: got %s, want %s", question, g, w)
	}
	return nil
}
