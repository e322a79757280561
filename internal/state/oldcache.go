package state

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// OldCache names the cache folder of 2.229 for two folders: below tmpdir, by host, user and folder of
// both sides. sep1 and sep2 are the hierarchy separators, "" for none. 2.229 has no UIDVALIDITY in it.
func OldCache(tmpdir string, host1, user1, host2, user2 string, src, dst imap.MailboxName, sep1, sep2 string) string {
	return oldCacheFolder(tmpdir+"/imapsync_cache/", strings.Join([]string{host1, user1, host2, user2}, "/"), string(src), string(dst), sep1, sep2)
}

func oldCacheFolder(base, accounts, src, dst, sep1, sep2 string) string {
	slashed := func(name, sep string) string {
		if sep == "" {
			return name
		}
		return strings.ReplaceAll(name, sep, "/")
	}
	return base + plainPath(accounts+"/"+slashed(src, sep1)+"/"+slashed(dst, sep2))
}

// plainPath replaces the octets that 2.229 does not put into names of directories.
func plainPath(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`*|?:"<>'\`, c) >= 0 {
			b[i] = '_'
		}
	}
	return string(b)
}

// ReadOldCache gives the pairs that a cache folder of 2.229 remembers, as hints. A folder that does
// not exist remembers none. It is only read.
func ReadOldCache(dir string) ([]plan.Known, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	everywhere := func(imap.UID) bool { return true }
	return oldPairs(names, everywhere, everywhere), err
}

var oldCacheFile = regexp.MustCompile(`^(?:.*/)?(\d+)_(\d+)$`)

func uidsOf(name string) (src, dst imap.UID, ok bool) {
	m := oldCacheFile.FindStringSubmatch(name)
	if m == nil {
		return 0, 0, false
	}
	a, err1 := strconv.ParseUint(m[1], 10, 32)
	b, err2 := strconv.ParseUint(m[2], 10, 32)
	return imap.UID(a), imap.UID(b), err1 == nil && err2 == nil && a > 0 && b > 0
}

// oldPairs is the one to one map of the files whose messages are on both sides. Files are taken in
// the order of their names; where they compete the greatest UID wins, as in 2.229.
func oldPairs(names []string, on1, on2 func(imap.UID) bool) []plan.Known {
	pairs, taken := map[imap.UID]imap.UID{}, map[imap.UID]imap.UID{}
	for _, name := range slices.Sorted(slices.Values(names)) {
		src, dst, ok := uidsOf(name)
		if !ok || !on1(src) || !on2(dst) {
			continue
		}
		dst = max(dst, pairs[src])
		rival, competes := taken[dst]
		if competes && rival >= src {
			continue
		}
		if competes {
			delete(pairs, rival)
		}
		pairs[src], taken[dst] = dst, src
	}
	out := make([]plan.Known, 0, len(pairs))
	for src, dst := range pairs {
		out = append(out, plan.Known{Pair: plan.Pair{Src: src, Dst: dst}, Hint: true})
	}
	slices.SortFunc(out, func(a, b plan.Known) int { return int(int64(a.Src) - int64(b.Src)) })
	return out
}
