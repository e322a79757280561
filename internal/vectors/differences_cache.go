package vectors

import "strings"

// escapedForGlob finds directories whose names the reference escapes, to list them by a pattern.
func escapedForGlob(c Case) bool {
	return c.Fn == "cache_dir_fix" && strings.ContainsAny(c.In.Field("dir").Str(), ";<>*|`&$!#()[]{}:'\"\\")
}

// cacheCleaned finds caches from which the reference removes files.
func cacheCleaned(c Case) bool {
	return c.Fn == "get_cache" && len(c.Out.Field("files_left").List()) < len(c.In.Field("files").List())
}
