package message

import "slices"

// Void reports whether the reference finds nothing in header to recognise the message by: none of
// the wanted fields, or only such as --skipheader leaves out. An empty field, and the one that an earlier
// --addheader made, are something to it; here they say nothing (docs/differences.md row 5), but a
// second Message-Id would help nobody.
func (id *Identifier) Void(header []byte) bool {
	void := true
	fields(header, func(name, value []byte) bool {
		if !id.all && !slices.ContainsFunc(id.wanted, func(w string) bool { return equalFold(name, w) }) {
			return true
		}
		if id.skip != nil {
			line := appendNormal(nil, name, value, id.noDomain)
			if skip, err := id.skip.Match(line); skip && err == nil {
				return true
			}
		}
		void = false
		return false
	})
	return void
}
