package cli

import (
	"context"
	"errors"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/report"
)

// The exit values that this package names. They are part of the program's interface.
const (
	exitOK       = 0
	exitCatchAll = 1
	exitBySignal = 6
	exitByFile   = 7
	exitUsage    = 64
	exitTests    = 254
)

// exitCodes gives the exit value of an error that ends the program, and of the most frequent error
// of a run, by kind and by side: none or both, host1, host2.
var exitCodes = [...][3]int{
	fault.Unclassified:     {111, 111, 111},
	fault.Connect:          {10, 101, 102},
	fault.TLS:              {12, 12, 12},
	fault.Auth:             {16, 161, 162},
	fault.Select:           {117, 117, 117},
	fault.Create:           {116, 116, 116},
	fault.Fetch:            {115, 115, 115},
	fault.Append:           {114, 114, 114},
	fault.AppendSize:       {114, 114, 114},
	fault.AppendVirus:      {119, 119, 119},
	fault.OverQuota:        {113, 113, 113},
	fault.Flags:            {120, 120, 120},
	fault.TransferExceeded: {118, 118, 118},
	fault.Subfolder1:       {21, 21, 21},
	fault.Usage:            {64, 64, 64},
	fault.NoInput:          {66, 66, 66},
	fault.PIDFile:          {8, 8, 8},
	fault.Internal:         {70, 70, 70},
	fault.SignIn:           {16, 16, 16},
	fault.Transform:        {111, 111, 111},
}

// codeOf is the exit value of a kind of error. Kinds that are not in the table mean failure too.
func codeOf(kind fault.Kind, side account.Side) int {
	if int(kind) >= len(exitCodes) || int(side) >= len(exitCodes[kind]) {
		return exitCatchAll
	}
	return exitCodes[kind][side]
}

// runCode is the exit value of a run that ended by itself: that of its most frequent error.
func runCode(totals *report.Totals) int {
	if totals.Errors() == 0 {
		return exitOK
	}
	kind, side, ok := totals.MostFrequent()
	if !ok {
		return exitCatchAll
	}
	return codeOf(kind, side)
}

// stopCode is the exit value for an error that ended the program before or instead of a run. The
// side does not count: a test of connections ends with 10, whichever failed.
func stopCode(err error) int {
	if err == nil {
		return exitOK
	}
	return codeOf(fault.KindOf(err), account.NoSide)
}

// causeCode is the exit value for a run that was asked to end, 0 when it was not.
func causeCode(ctx context.Context) int {
	var sig bySignal
	var file byFile
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &sig):
		return exitBySignal
	case errors.As(cause, &file):
		return exitByFile
	}
	return exitOK
}

// failure makes an error that ends the program with its text.
func failure(kind fault.Kind, side account.Side, text string, cause error) *fault.Error {
	return &fault.Error{Kind: kind, Side: side, Text: text, Err: cause}
}
