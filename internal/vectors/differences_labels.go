package vectors

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// needsQuotes finds a word without quotes that no server would take, nor send.
	needsQuotes = regexp.MustCompile(`(^| )[^" ]*[\\'(){%*][^" ]*`)
	// innerEscape finds a quoted label with an escape elsewhere than at its start.
	innerEscape = regexp.MustCompile(`"[^" ]+\\\\`)
	metaOctets  = `+*?()[]{}|^$\`
)

// looseLabels finds lists of labels that are no IMAP, or that the reference writes without the quotes
// that a label or a subfolder with a blank needs.
func looseLabels(c Case) bool {
	labels := c.In.Field("labels").Str() + c.In.Field("labels1").Str()
	changing := c.Fn != "labels_remove_special"
	blank := strings.Contains(c.In.Field("subfolder2").Str(), " ")
	out := c.Out.Str()
	return strings.Contains(out, "  ") || strings.TrimSpace(out) != out || // an empty label
		c.Fn == "labels_add_subfolder2" && labels == "" && out != "" ||
		needsQuotes.MatchString(labels) ||
		strings.Count(strings.ReplaceAll(labels, `\"`, ""), `"`)%2 == 1 ||
		changing && strings.Contains(labels, `\"`) ||
		changing && innerEscape.MatchString(labels) ||
		blank && regexp.MustCompile(`(^| )[^" ]+( |$)`).MatchString(labels)
}

// subfolderAsPattern finds a --subfolder1 that is not the pattern of itself.
func subfolderAsPattern(c Case) bool {
	return strings.HasPrefix(c.Fn, "labels_remove_sub") && strings.ContainsAny(c.In.Field("subfolder1").Str(), metaOctets)
}

// sameLabels finds the same labels in another order.
func sameLabels(c Case) bool {
	set := func(field string) []string {
		words := strings.Fields(c.In.Field(field).Str())
		slices.Sort(words)
		return slices.Compact(words)
	}
	return c.Fn == "resynclabels" && !c.In.Field("dry").Bool() && !c.In.Has("subfolder1") && !c.In.Has("subfolder2") &&
		c.In.Field("labels1").Str() != c.In.Field("labels2").Str() && slices.Equal(set("labels1"), set("labels2"))
}
