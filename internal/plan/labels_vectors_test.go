package plan

import (
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

// ruleOfLabels is the rule of a case, and its labels as their texts mean them.
func ruleOfLabels(in vectors.Value) LabelRule {
	return LabelRule{Subfolder1: in.Field("subfolder1").Str(), Subfolder2: in.Field("subfolder2").Str()}
}

func TestVectorsLabels(t *testing.T) {
	for _, c := range vectors.Load(t, "labels", "labels_remove_subfolder1", "labels_remove_special", "labels_add_subfolder2", "synclabels", "resynclabels") {
		rule := ruleOfLabels(c.In)
		inbox := c.In.Field("h1_folder").Str() == "INBOX"
		labels, labels1 := splitLabels(c.In.Field("labels").Str()), splitLabels(c.In.Field("labels1").Str())
		var got any
		switch c.Fn {
		case "labels_remove_subfolder1":
			got = imap.LabelsText(rule.ForThere(labels, false))
		case "labels_remove_special":
			got = imap.LabelsText(withoutSpecial(labels))
		case "labels_add_subfolder2":
			if rule.Subfolder2 != "" {
				labels = belowSubfolder(labels, rule.Subfolder2, inbox)
			}
			got = imap.LabelsText(labels)
		case "synclabels":
			want := rule.ForCopy(labels1)
			got = answer(want, len(want) > 0, c.In.Field("dry").Bool())
			if len(want) == 0 {
				got = map[string]any{"ret": nil, "store": nil}
			}
		case "resynclabels":
			want := rule.ForThere(labels1, inbox)
			got = answer(want, !rule.Same(want, splitLabels(c.In.Field("labels2").Str())), c.In.Field("dry").Bool())
		}
		vectors.Check(t, c, got)
	}
}

// answer is what the reference returns and stores.
func answer(labels []string, differ, dry bool) map[string]any {
	switch {
	case differ && dry:
		return map[string]any{"ret": nil, "store": nil}
	case differ:
		return map[string]any{"ret": 1, "store": "X-GM-LABELS (" + imap.LabelsText(labels) + ")"}
	}
	return map[string]any{"ret": 1, "store": nil}
}

// splitLabels reads labels as they stand in an answer: quoted strings and words.
func splitLabels(text string) (labels []string) {
	for i := 0; i < len(text); {
		var word []byte
		quoted := text[i] == '"'
		if quoted {
			i++
		}
		for ; i < len(text) && (quoted && text[i] != '"' || !quoted && text[i] != ' '); i++ {
			if quoted && text[i] == '\\' && i+1 < len(text) {
				i++
			}
			word = append(word, text[i])
		}
		i++
		if quoted || len(word) > 0 {
			labels = append(labels, string(word))
		}
	}
	return labels
}
