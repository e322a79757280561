package vectors

// Difference is a case that is not met on purpose.
type Difference struct {
	Topic string

	// Name is the case's exact name. When the input rather than the name decides, Match says
	// which cases are meant and Name is empty.
	Name  string
	Match func(Case) bool

	Row    int // of docs/differences.md
	Reason string
}

// Different finds the entry of the table for c.
func Different(c Case) (Difference, bool) {
	for _, d := range differences {
		if d.Topic != c.Topic {
			continue
		}
		if d.Name != "" && d.Name == c.Name || d.Match != nil && d.Match(c) {
			return d, true
		}
	}
	return Difference{}, false
}

// differences is the whole list, by topic. Prefer Match: other cases of the same behaviour have
// other names.
var differences = []Difference{}
