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

// labelsCompared has no uid2 for a message that is still to be copied.
func labelsCompared(e event.LabelsCompared) object {
	o := object{"folder1": e.Src, "uid1": e.SrcUID, "folder2": e.Dst, "uid2": nil, "wanted": labelNames(e.Wanted), "labels2": nil, "differ": e.Differ}
	if e.DstUID != 0 {
		o["uid2"], o["labels2"] = e.DstUID, labelNames(e.Have)
	}
	return o
}

// labelNames is never null, so that programs need not ask.
func labelNames(labels []string) []string {
	if labels == nil {
		return []string{}
	}
	return labels
}
