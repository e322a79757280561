package report

import (
	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
)

// object is the fields of one line. A map keeps the names beside the values they carry, and
// encoding/json sorts them, so lines compare well.
type object map[string]any

// jsonEvent gives the type and the fields of an event's line.
func jsonEvent(e event.Event) (kind string, fields object) {
	switch e := e.(type) {
	case event.Note:
		return "note", withSide(e.Side, object{"level": levelName(e.Level), "text": e.Text})
	case event.Trace:
		return "trace", withSide(e.Side, object{"sent": e.Sent, "text": e.Text})
	case event.Alert:
		return "alert", withSide(e.Side, object{"text": e.Text})
	case event.LoggedIn:
		return "logged_in", withSide(e.Side, object{"host": e.Host, "port": e.Port, "user": e.User, "mechanism": e.Mechanism})
	case event.Reconnected:
		return "reconnected", withSide(e.Side, object{"ok": e.Err == nil, "error": errorText(e.Err)})
	case event.FolderSizes:
		return "folder_sizes", object{"when": whenName(e.When), "index": e.Index, "count": e.Count,
			"folder1": e.Src, "folder2": e.Dst, "host1": jsonSizes(e.Host1), "host2": jsonSizes(e.Host2)}
	case event.TotalSizes:
		return "total_sizes", object{"when": whenName(e.When), "folders1": e.Folders1, "folders2": e.Folders2,
			"host1": jsonSizes(&e.Host1), "host2": jsonSizes(&e.Host2), "complete1": e.Complete1, "complete2": e.Complete2,
			"seconds": e.Elapsed.Seconds()}
	case event.LoopStarted:
		return "loop_started", loopStarted(e)
	case event.LoopEnded:
		return "loop_ended", nil
	case event.FolderStarted:
		return "folder_started", object{"index": e.Index, "count": e.Count, "folder1": e.Src, "folder2": e.Dst}
	case event.FolderSelected:
		return "folder_selected", withSide(e.Side, object{"folder": e.Folder, "messages": e.Messages, "permanent_flags": flagNames(e.PermanentFlags)})
	case event.FolderListed:
		return "folder_listed", withSide(e.Side, object{"folder": e.Folder, "considered": e.Considered, "selected": e.Selected,
			"duplicates": e.Duplicates, "void": e.Void})
	case event.FolderCreated:
		return "folder_created", object{"stage": stageName(e.Stage), "folder": e.Folder, "dry": e.Dry}
	case event.Subscribed:
		return "subscribed", object{"folder": e.Folder, "dry": e.Dry}
	case event.Copied:
		return "copied", copied(e)
	case event.Skipped:
		return "skipped", object{"folder1": e.Src, "uid1": e.UID, "folder2": e.Dst, "size": e.Size, "reason": e.Reason.String(), "detail": e.Detail,
			"message_id": e.Letter.MessageID, "from": e.Letter.From, "subject": e.Letter.Subject}
	case event.Paused:
		return "paused", object{"seconds": e.Pause.Seconds()}
	case event.FlagsChanged:
		return "flags_changed", object{"folder": e.Folder, "uids": e.UIDs, "flags": flagNames(e.Flags), "dry": e.Dry}
	case event.FlagsCompared:
		return "flags_compared", flagsCompared(e)
	case event.LabelsCompared:
		return "labels_compared", labelsCompared(e)
	case event.LabelsChanged:
		return "labels_changed", object{"folder": e.Folder, "uids": e.UIDs, "labels": labelNames(e.Labels), "dry": e.Dry}
	case event.Marking, event.Expunging, event.Deleted, event.DeletionRefused, event.Kept, event.FolderDeleted:
		return jsonDeletion(e)
	case event.Failed:
		return "error", failed(e.Err)
	case event.FolderDone:
		return "folder_done", object{"index": e.Index, "count": e.Count, "folder1": e.Src, "folder2": e.Dst,
			"identified1": e.Identified1, "missing2": e.Missing2, "identified2": e.Identified2, "extra2": e.Extra2, "complete": e.Complete}
	}
	return "unknown", nil
}

func loopStarted(e event.LoopStarted) object {
	o := object{"folders": e.Folders, "dry": e.Dry, "messages1": nil}
	if e.Messages1 >= 0 {
		o["messages1"] = e.Messages1
	}
	return o
}

func copied(e event.Copied) object {
	o := object{"folder1": e.Src, "uid1": e.SrcUID, "folder2": e.Dst, "uid2": nil, "size": e.Size, "line_ends_completed": e.Changed}
	if e.DstUID != 0 {
		o["uid2"] = e.DstUID
	}
	return o
}

func failed(err *fault.Error) object {
	return withSide(err.Side, object{"kind": err.Kind.String(), "error_type": TypeOf(err.Kind, err.Side), "folder": err.Folder,
		"uid": err.UID, "text": err.Error(), "hint": err.Hint})
}

// withSide names the side; what belongs to none has null.
func withSide(side account.Side, o object) object {
	o["side"] = nil
	if side != account.NoSide {
		o["side"] = side.String()
	}
	return o
}

func jsonSizes(s *event.Sizes) any {
	if s == nil {
		return nil
	}
	o := object{"messages": s.Messages, "bytes": s.Bytes, "biggest": nil}
	if sizes(*s).biggestKnown() {
		o["biggest"] = s.Biggest
	}
	return o
}

func levelName(l event.Level) string {
	switch l {
	case event.Warning:
		return "warning"
	case event.Debug:
		return "debug"
	case event.Info:
	}
	return "info"
}

func whenName(w event.When) string {
	if w == event.After {
		return "after"
	}
	return "before"
}

func stageName(s event.CreateStage) string {
	switch s {
	case event.CreateDone:
		return "done"
	case event.CreateExists:
		return "exists"
	case event.CreateRefusedMixing:
		return "refused_mixing"
	case event.CreateAttempt:
	}
	return "attempt"
}

// flagNames is never null, so that programs need not ask.
func flagNames(flags []imap.Flag) []imap.Flag {
	if flags == nil {
		return []imap.Flag{}
	}
	return flags
}

func errorText(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}
