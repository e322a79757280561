package report

import "time"

// jsonSummary holds every figure of the statistics block, with plain numbers.
func jsonSummary(s Statistics, exit int) object {
	return object{
		"exit":          exit,
		"exit_text":     ExitText(exit),
		"start":         s.Run.Start.Format(time.RFC3339Nano),
		"end":           s.End.Format(time.RFC3339Nano),
		"seconds":       s.End.Sub(s.Run.Start).Seconds(),
		"dry":           s.Run.Dry,
		"host1":         jsonEndpoint(s.Run.Host1),
		"host2":         jsonEndpoint(s.Run.Host2),
		"folders":       jsonFolders(s),
		"messages":      jsonMessages(s.Messages),
		"bytes":         object{"transferred": s.Volume.Transferred, "skipped": s.Volume.Skipped, "biggest": s.Volume.Biggest},
		"identity":      object{"identified1": s.Identity.Identified1, "missing2": s.Identity.Missing2, "identified2": s.Identity.Identified2, "extra2": s.Identity.Extra2},
		"left_behind":   jsonLeft(s.Left),
		"errors":        object{"count": s.Errors, "max": s.Run.ErrorsMax, "types": s.ErrorTypes},
		"reconnections": object{"host1": s.Reconnections[0], "host2": s.Reconnections[1]},
		"machine":       jsonMachine(s.Machine),
		"difference":    object{"start": jsonDifference(s.StartDifference), "final": jsonDifference(s.FinalDifference)},
	}
}

func jsonEndpoint(e Endpoint) object { return object{"host": e.Host, "port": e.Port, "user": e.User} }

func jsonFolders(s Statistics) object {
	unfinished := []object{}
	for _, f := range s.Folders {
		if f.State != FolderComplete {
			unfinished = append(unfinished, object{"folder1": f.Src, "state": f.State.String(), "missing2": f.Missing2})
		}
	}
	return object{"wanted": s.Wanted, "complete": s.Completed(), "unfinished": unfinished}
}

func jsonMessages(m Messages) object {
	return object{"transferred": m.Transferred, "could_transfer": m.CouldTransfer, "skipped": m.Skipped,
		"duplicates1": m.Duplicates1, "duplicates2": m.Duplicates2, "cross_duplicates": m.CrossDuplicates,
		"void1": m.Void1, "void2": m.Void2, "unidentified1": m.Unidentified1, "deleted1": m.Deleted1, "deleted2": m.Deleted2,
		"line_ends_completed": m.LineEndsCompleted}
}

// jsonLeft counts by the name of the reason. Reasons that did not occur are absent.
func jsonLeft(left []LeftBehind) map[string]int64 {
	counts := make(map[string]int64, len(left))
	for _, l := range left {
		counts[l.Reason.String()] = l.Count
	}
	return counts
}

// jsonMachine leaves null what the system does not tell.
func jsonMachine(m Machine) object {
	o := object{"memory_start": m.MemoryStart, "memory_end": m.MemoryEnd, "memory_peak": m.MemoryPeak,
		"cpu_seconds": nil, "load": nil, "cores": m.Cores}
	if m.CPU >= 0 {
		o["cpu_seconds"] = m.CPU.Seconds()
	}
	if m.Load != "" {
		o["load"] = m.Load
	}
	return o
}

func jsonDifference(d *Difference) any {
	if d == nil {
		return nil
	}
	return object{"messages": d.Messages, "bytes": d.Bytes}
}
