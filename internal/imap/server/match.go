package server

// matchPattern reports whether name matches a LIST pattern: "*" stands for anything, "%" for
// anything without a separator (RFC 3501 section 6.3.8).
func matchPattern(pattern, name string, sep byte) bool {
	// Each star is tried as the last one that takes more: linear for one star, and never worse
	// than the product of the lengths. A "%" can only grow up to the next separator.
	var starP, starN = -1, 0
	var percP, percN = -1, 0
	p, n := 0, 0
	for {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			starP, starN = p, n
			percP = -1
			continue
		case p < len(pattern) && pattern[p] == '%':
			p++
			percP, percN = p, n
			continue
		case n == len(name) && p == len(pattern):
			return true
		case p < len(pattern) && n < len(name) && pattern[p] == name[n]:
			p++
			n++
			continue
		}
		switch {
		case percP >= 0 && percN < len(name) && name[percN] != sep:
			percN++
			p, n = percP, percN
		case starP >= 0 && starN < len(name):
			starN++
			p, n = starP, starN
			percP = -1
		default:
			return false
		}
	}
}
