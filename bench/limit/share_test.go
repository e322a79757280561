package main

import "testing"

// TestDivide checks that shares hold every message once, in order, and about the same.
func TestDivide(t *testing.T) {
	for _, c := range []struct {
		name    string
		folders []folder
		n, want int
	}{
		{"one folder, one connection", []folder{{"INBOX", 10, 1000}}, 1, 1},
		{"one folder, two", []folder{{"INBOX", 10000, 41e6}}, 2, 2},
		{"one message, four", []folder{{"INBOX", 1, 200e6}}, 4, 1},
		{"three big ones, two", []folder{{"INBOX", 3, 300e6}}, 2, 2},
		{"many folders, four", manyFolders(50), 4, 4},
		{"nothing", nil, 2, 0},
	} {
		shares := divide(c.folders, c.n)
		if len(shares) != c.want {
			t.Errorf("%s: got %d shares, want %d: %v", c.name, len(shares), c.want, shares)
		}
		next, folder := 1, 0
		for _, share := range shares {
			for _, s := range share {
				if s.folder != c.folders[folder].name || s.low != next || s.top < s.low {
					t.Fatalf("%s: got %v, want %s from %d", c.name, s, c.folders[folder].name, next)
				}
				if next = s.top + 1; s.top == c.folders[folder].messages {
					next, folder = 1, folder+1
				}
			}
		}
		if folder != len(c.folders) {
			t.Errorf("%s: %d of %d folders", c.name, folder, len(c.folders))
		}
	}
}

func manyFolders(n int) (all []folder) {
	for i := range n {
		all = append(all, folder{string(rune('a' + i)), 10, 20000})
	}
	return all
}
