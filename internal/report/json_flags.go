package report

import "imapsync/internal/event"

// flagsCompared has no uid2 and no flags2 for a message that is still to be copied.
func flagsCompared(e event.FlagsCompared) object {
	o := object{"folder1": e.Src, "uid1": e.SrcUID, "folder2": e.Dst, "uid2": nil, "flags1": flagNames(e.Flags1),
		"wanted": flagNames(e.Wanted), "flags2": nil, "differ": e.Differ, "dry": e.Dry}
	if e.DstUID != 0 {
		o["uid2"], o["flags2"] = e.DstUID, flagNames(e.Flags2)
	}
	return o
}
