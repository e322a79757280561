package report

import "imapsync/internal/event"

// jsonDeletion gives the lines of the events about deletions.
func jsonDeletion(e event.Event) (kind string, fields object) {
	switch e := e.(type) {
	case event.Marking:
		return "marking", withSide(e.Side, object{"folder": e.Folder, "uid": e.UID, "cause": e.Cause.String(), "expunge": e.Expunge, "dry": e.Dry})
	case event.Expunging:
		return "expunging", withSide(e.Side, object{"folder": e.Folder, "messages": e.Messages, "all": e.All, "dry": e.Dry})
	case event.Deleted:
		return "deleted", withSide(e.Side, object{"folder": e.Folder, "messages": e.Messages, "bytes": e.Bytes, "expunged": e.Expunged})
	case event.DeletionRefused:
		return "deletion_refused", withSide(e.Side, object{"folder": e.Folder, "guard": e.Guard.String(), "messages": e.Messages, "text": e.Text})
	case event.Kept:
		return "kept", object{"folder1": e.Src, "uid1": e.UID, "folder2": e.Dst, "uid2": e.Copy, "size": e.Size, "reason": e.Why.String()}
	case event.FolderDeleted:
		return "folder_deleted", withSide(e.Side, object{"folder": e.Folder, "stage": e.Stage.String(), "text": e.Text, "dry": e.Dry})
	}
	return "unknown", nil
}
