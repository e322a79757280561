package imap

import "strings"

// LabelText writes a Gmail label (X-GM-EXT-1) as an argument of a command: bare where an astring may
// be (RFC 9051), else quoted with backslashes doubled. System labels such as \Inbox are always
// quoted, as Gmail itself sends them.
func LabelText(label string) string {
	bare := label != ""
	for i := range len(label) {
		if c := label[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){%*"\`, c) >= 0 {
			bare = false
		}
	}
	if bare {
		return label
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(label) + `"`
}

// LabelsText writes a list of labels without its parentheses, in the order given.
func LabelsText(labels []string) string {
	words := make([]string, len(labels))
	for i, l := range labels {
		words[i] = LabelText(l)
	}
	return strings.Join(words, " ")
}
