package vectors

import "slices"

// deletedOtherwise reports messages that are told or named to the server otherwise: we name them in the order
// of their UIDs, each once, cut commands by their length instead of by --split, and send a plain EXPUNGE
// only when nothing else is marked.
func deletedOtherwise(c Case) bool {
	if c.Fn != "delete_messages_on_any" {
		return false
	}
	in := c.In
	var uids []int64
	for _, uid := range in.Field("uids").List() {
		uids = append(uids, uid.Int())
	}
	once := slices.Compact(slices.Sorted(slices.Values(uids)))
	return !slices.Equal(once, uids) || int64(len(uids)) > in.Field("split").Int() && in.Field("split").Int() > 0 ||
		in.Field("expunge").Bool() && !in.Field("uidexpunge_works").Bool()
}
