package state

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

// TestVectorsFileNames leaves out match_a_cache_file and cache_dir_fix_win, which need no counterpart.
func TestVectorsFileNames(t *testing.T) {
	for _, c := range vectors.Load(t, "file_names", "cache_folder", "cache_map", "get_cache", "cache_dir_fix") {
		switch c.Fn {
		case "cache_folder":
			in := func(name string) string { return c.In.Field(name).Str() }
			sep := func(name string) string {
				if in(name) == "" || in(name) == "0" {
					return "/" // the reference's default
				}
				return in(name)
			}
			vectors.Check(t, c, oldCacheFolder(in("base"), in("dir"), in("folder1"), in("folder2"), sep("sep1"), sep("sep2")))
		case "cache_map":
			m := pairsOf(c)
			back := map[string]string{}
			for src, dst := range m {
				back[dst] = src
			}
			vectors.Check(t, c, map[string]any{"map12": m, "map21": back})
		case "get_cache":
			vectors.Check(t, c, map[string]any{"map12": pairsOf(c), "files_left": c.In.Field("files").Strs()})
		default:
			vectors.Check(t, c, c.In.Field("dir").Str()) // the directory is opened by its name
		}
	}
}

func pairsOf(c vectors.Case) map[string]string {
	set := func(name string) func(imap.UID) bool {
		have := map[imap.UID]bool{}
		for _, v := range c.In.Field(name).List() {
			have[imap.UID(v.Int())] = true
		}
		return func(uid imap.UID) bool { return have[uid] }
	}
	out := map[string]string{}
	for _, k := range oldPairs(c.In.Field("files").Strs(), set("uids1"), set("uids2")) {
		out[fmt.Sprint(k.Src)] = fmt.Sprint(k.Dst)
	}
	return out
}

// TestReadOldCache reads a cache folder of 2.229 and leaves it as it is.
func TestReadOldCache(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	dir := OldCache(tmp, "h1", "u1", "h2", "u 2", "A.B", "[x]/é", ".", "/")
	if want := tmp + "/imapsync_cache/h1/u1/h2/u_2/A/B/[x]/__"; dir != want {
		t.Errorf("got %s, want %s", dir, want)
	}
	if pairs, err := ReadOldCache(dir); len(pairs) != 0 || err != nil {
		t.Errorf("got %v, %v of nothing", pairs, err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1_2", "3_4", "notes", "0_0", "5_99999999999"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pairs, err := ReadOldCache(dir)
	if err != nil || len(pairs) != 2 || pairs[0].Src != 1 || pairs[1].Dst != 4 || !pairs[0].Hint {
		t.Errorf("got %v, %v", pairs, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 6 {
		t.Errorf("got %d files, want all 6", len(left))
	}
}

// FuzzOldPairs keeps the map one to one, whatever the names are.
func FuzzOldPairs(f *testing.F) {
	f.Add("1_2", "1_3", "2_3", "x")
	f.Add("100_200", "d/1_2", "9_2", "10_2")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		all := func(imap.UID) bool { return true }
		seen := map[imap.UID]bool{}
		for _, k := range oldPairs([]string{a, b, c, d}, all, all) {
			if k.Src == 0 || k.Dst == 0 || seen[k.Dst] {
				t.Errorf("got %v of %q", k, []string{a, b, c, d})
			}
			seen[k.Dst] = true
		}
	})
}
