package plan

import (
	"cmp"
	"slices"
	"strings"

	"imapsync/internal/imap"
)

// LabelRule says how Gmail labels follow messages. A label is its value as the server means it,
// modified UTF-7 left as it is; a system label begins with a backslash. The transformations are
// those of the reference, where "/" is always what separates the parts of a label: Gmail knows no other.
type LabelRule struct {
	Copies bool // --synclabels: set the labels of messages just copied
	There  bool // --resynclabels: and of those already on host2
	// Subfolder1 is removed from labels, Subfolder2 put in front of them, when not empty.
	Subfolder1, Subfolder2 string
}

// On tells whether labels matter at all.
func (r LabelRule) On() bool { return r.Copies || r.There }

const (
	labelSep   = "/"
	inboxLabel = `\Inbox`
)

// ForCopy gives the labels of a message just copied. None means that none are to be set.
func (r LabelRule) ForCopy(labels []string) []string { return r.transform(labels, false) }

// ForThere gives the labels that a message already on host2 should have; inbox tells that it was
// found in INBOX of host1, whose own label a server leaves out.
func (r LabelRule) ForThere(labels []string, inbox bool) []string { return r.transform(labels, inbox) }

// transform leaves a message without labels as it is.
func (r LabelRule) transform(labels []string, inbox bool) []string {
	out := slices.Clone(labels)
	if r.Subfolder1 != "" {
		out = withoutSubfolder(out, r.Subfolder1)
	}
	if r.Subfolder2 != "" && len(out) > 0 {
		out = belowSubfolder(out, r.Subfolder2, inbox)
	}
	return out
}

// withoutSubfolder removes the first occurrence of sub with the separator behind it, wherever it is
// in a label. What was below it comes to the top, INBOX becoming the system label.
func withoutSubfolder(labels []string, sub string) []string {
	var out []string
	for _, l := range labels {
		if before, after, found := strings.Cut(l, sub); found {
			l = before + strings.TrimPrefix(after, labelSep)
		}
		if l == "INBOX" {
			l = inboxLabel
		}
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

// belowSubfolder puts labels below sub, each once, in the order of their texts. A system label is kept
// below it as an ordinary one of that name; messages of other folders that are also in INBOX get the
// label of the folder that INBOX becomes.
func belowSubfolder(labels []string, sub string, inbox bool) []string {
	all := slices.Clone(labels)
	if inbox {
		all = append(all, inboxLabel)
	}
	var out []string
	for _, l := range all {
		if l == inboxLabel && !inbox {
			out = append(out, sub+labelSep+"INBOX")
		}
		out = append(out, sub+labelSep+l)
	}
	return slices.Compact(sortLabels(out))
}

// withoutSpecial leaves out system labels, and sorts the rest.
func withoutSpecial(labels []string) []string {
	return sortLabels(slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return strings.HasPrefix(l, `\`) }))
}

// Same tells whether a message of host2 has the labels wanted. Their order says nothing. Below a
// subfolder system labels of host2 are nobody's business.
func (r LabelRule) Same(want, have []string) bool {
	if r.Subfolder2 != "" && len(want) > 0 {
		have = withoutSpecial(have)
	}
	set := func(labels []string) []string { return slices.Compact(sortLabels(slices.Clone(labels))) }
	return slices.Equal(set(want), set(have))
}

// sortLabels sorts by the text that a command has, as the reference does.
func sortLabels(labels []string) []string {
	slices.SortFunc(labels, func(a, b string) int { return cmp.Compare(imap.LabelText(a), imap.LabelText(b)) })
	return labels
}
