package accounts

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Ignore leaves a property out of a comparison.
type Ignore uint8

// What a comparison can leave out.
const (
	Order           Ignore = 1 << iota // the order of messages in a folder
	Dates                              // internal dates
	Flags                              // flags and keywords
	Subscriptions                      // which folders are subscribed
	Unselectable                       // folders that can hold no messages
	FoldersWithNone                    // folders without messages
	EmptyParents                       // folders without messages that are there too much, but have wanted ones below
)

const (
	nothing Ignore = 0
	// maxPerFolderSide keeps a report readable when everything is missing.
	maxPerFolderSide = 10
)

// Compare returns one line per difference between the account as it should be and as it is.
func Compare(want, got State, ignore Ignore) []string {
	w, g := index(want, ignore), index(got, ignore)
	names := make([]string, 0, len(w))
	for name := range w {
		names = append(names, name)
	}
	for name := range g {
		if _, both := w[name]; !both {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var out []string
	for _, name := range names {
		a, wanted := w[name]
		b, there := g[name]
		switch {
		case !there:
			out = append(out, fmt.Sprintf("folder %q is missing (%d messages)", name, len(a.Messages)))
		case !wanted && ignore&EmptyParents != nothing && len(b.Messages) == 0 && parentOfAny(name, w):
		case !wanted:
			out = append(out, fmt.Sprintf("folder %q is there and should not be (%d messages)", name, len(b.Messages)))
		default:
			out = append(out, compareFolders(a, b, ignore)...)
		}
	}
	return out
}

func parentOfAny(name string, folders map[string]Folder) bool {
	for other := range folders {
		if strings.HasPrefix(other, name+"/") {
			return true
		}
	}
	return false
}

func index(s State, ignore Ignore) map[string]Folder {
	out := map[string]Folder{}
	for _, f := range s {
		if ignore&Unselectable != nothing && !f.Selectable || ignore&FoldersWithNone != nothing && len(f.Messages) == 0 {
			continue
		}
		out[f.Name] = f
	}
	return out
}

func compareFolders(want, got Folder, ignore Ignore) []string {
	var out []string
	if ignore&Subscriptions == nothing && want.Subscribed != got.Subscribed {
		out = append(out, fmt.Sprintf("folder %q: subscribed is %v, want %v", want.Name, got.Subscribed, want.Subscribed))
	}
	missing, extra := difference(want.Messages, got.Messages), difference(got.Messages, want.Messages)
	out = append(out, describe(want.Name, "missing", missing)...)
	out = append(out, describe(want.Name, "too much", extra)...)
	if len(missing)+len(extra) > 0 {
		return out
	}
	a, b := want.Messages, got.Messages
	if !slices.EqualFunc(a, b, sameContent) {
		if ignore&Order == nothing {
			out = append(out, fmt.Sprintf("folder %q: the same %d messages in another order", want.Name, len(a)))
		}
		a, b = sorted(a), sorted(b)
	}
	for i := range a {
		if ignore&Flags == nothing && !slices.Equal(a[i].Flags, b[i].Flags) {
			out = append(out, fmt.Sprintf("folder %q: %s: flags are %v, want %v", want.Name, a[i], b[i].Flags, a[i].Flags))
		}
		if ignore&Dates == nothing && !a[i].Date.Equal(b[i].Date) {
			out = append(out, fmt.Sprintf("folder %q: %s: internal date is %v, want %v", want.Name, a[i], b[i].Date, a[i].Date))
		}
	}
	return out
}

func sameContent(a, b Message) bool { return a.SHA256 == b.SHA256 }

// String names a message for people.
func (m Message) String() string {
	id := m.ID
	if id == "" {
		id = "no Message-Id"
	}
	return fmt.Sprintf("UID %d (%s, %d octets, %.10s)", m.UID, id, m.Size, m.SHA256)
}

// difference returns the messages of a that b lacks, twins counted.
func difference(a, b []Message) []Message {
	have := map[string]int{}
	for _, m := range b {
		have[m.SHA256]++
	}
	var out []Message
	for _, m := range a {
		if have[m.SHA256]--; have[m.SHA256] < 0 {
			out = append(out, m)
		}
	}
	return out
}

func describe(folder, what string, messages []Message) []string {
	var out []string
	for i, m := range messages {
		if i == maxPerFolderSide {
			return append(out, fmt.Sprintf("folder %q: and %d more %s", folder, len(messages)-i, what))
		}
		out = append(out, fmt.Sprintf("folder %q: %s: %s", folder, what, m))
	}
	return out
}

// sorted orders messages so that twins with different flags and dates meet their equals.
func sorted(messages []Message) []Message {
	out := slices.Clone(messages)
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.SHA256 != b.SHA256 {
			return a.SHA256 < b.SHA256
		}
		if !a.Date.Equal(b.Date) {
			return a.Date.Before(b.Date)
		}
		return strings.Join(a.Flags, " ") < strings.Join(b.Flags, " ")
	})
	return out
}
