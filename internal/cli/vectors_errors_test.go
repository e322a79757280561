package cli

import (
	"strings"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/report"
	"imapsync/internal/vectors"
)

// TestVectorsExitValue gives every type of error its exit value, by way of the kinds that the engine
// has instead.
func TestVectorsExitValue(t *testing.T) {
	codes := map[string]int{"ERR_NOTHING_REPORTED": codeOf(fault.Unclassified, account.NoSide)}
	for kind := fault.Unclassified; kind <= fault.TransferExceeded; kind++ {
		for _, side := range account.Sides {
			codes[string(report.TypeOf(kind, side))] = codeOf(kind, side)
		}
	}
	for _, c := range vectors.Load(t, "exit_value", "exit_value") {
		code, ok := codes[c.In.Field("type").Str()]
		if !ok {
			code = exitCatchAll
		}
		vectors.Check(t, c, code)
	}
}

// TestVectorsErrorsMax counts errors up to the limit.
func TestVectorsErrorsMax(t *testing.T) {
	for _, c := range vectors.Load(t, "exit_value", "errors_incr") {
		limit := c.In.Field("errorsmax").Int()
		totals := report.NewTotals(report.Run{ErrorsDump: true, ErrorsMax: limit})
		var printed strings.Builder
		text := report.NewText(&printed, report.TextOptions{Now: func() time.Time { return time.Time{} }})
		var code any
		treated := 0
		for _, words := range c.In.Field("errors").Strs() {
			e := event.Failed{Err: vectors.Classify(strings.TrimSuffix(words, "\n"))}
			totals.Emit(e)
			text.Emit(e)
			treated++
			if limit > 0 && totals.Errors() >= limit {
				text.Print(totals.ErrorsMaxBlock())
				code = runCode(totals)
				break
			}
		}
		if err := text.Flush(); err != nil {
			t.Fatal(err)
		}
		vectors.Check(t, c, map[string]any{"exit": code, "nb_errors": totals.Errors(), "printed": printed.String(), "treated": treated})
	}
}
