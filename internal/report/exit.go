package report

import "fmt"

// exitTexts are the words for the exit values of the reference, which are part of its interface.
var exitTexts = map[int]string{
	0:   "EX_OK: successful termination",
	1:   "EXIT_CATCH_ALL",
	6:   "EXIT_BY_SIGNAL",
	7:   "EXIT_BY_FILE",
	8:   "EXIT_PID_FILE_ERROR",
	10:  "EXIT_CONNECTION_FAILURE",
	12:  "EXIT_TLS_FAILURE",
	16:  "EXIT_AUTHENTICATION_FAILURE",
	21:  "EXIT_SUBFOLDER1_NO_EXISTS",
	64:  "EX_USAGE: command line usage error",
	66:  "EX_NOINPUT: cannot open input",
	69:  "EX_UNAVAILABLE: service unavailable",
	70:  "EX_SOFTWARE: internal software error",
	101: "EXIT_CONNECTION_FAILURE_HOST1",
	102: "EXIT_CONNECTION_FAILURE_HOST2",
	111: "EXIT_WITH_ERRORS",
	112: "EXIT_WITH_ERRORS_MAX",
	113: "EXIT_OVERQUOTA",
	114: "EXIT_ERR_APPEND",
	115: "EXIT_ERR_FETCH",
	116: "EXIT_ERR_CREATE",
	117: "EXIT_ERR_SELECT",
	118: "EXIT_TRANSFER_EXCEEDED",
	119: "EXIT_ERR_APPEND_VIRUS",
	120: "EXIT_ERR_FLAGS",
	161: "EXIT_AUTHENTICATION_FAILURE_USER1",
	162: "EXIT_AUTHENTICATION_FAILURE_USER2",
	254: "EXIT_TESTS_FAILED",
}

// ExitText is the words for an exit value, "EXIT_UNKNOWN" for one that has none.
func ExitText(code int) string {
	if text, ok := exitTexts[code]; ok {
		return text
	}
	return "EXIT_UNKNOWN"
}

// ExitLine is the line that every orderly end prints and that wrapper scripts look for.
func ExitLine(code int, errors, errorsMax int64, pid int) string {
	return fmt.Sprintf("Exiting with return value %d (%s) %d/%d nb_errors/max_errors PID %d",
		code, ExitText(code), errors, errorsMax, pid)
}

// ErrorsMaxLine says that the limit of errors ended the run.
func ErrorsMaxLine(limit int64) string {
	return fmt.Sprintf("Maximum number of errors %d reached ( you can change %d to any value, for example 100 with --errorsmax 100 ). Exiting.", limit, limit)
}

// RemovingLine announces that the pidfile, or the abort file, goes away.
func RemovingLine(file string) string { return "Removing pidfile " + file }

// LogFileLine closes the output with the place of the log, "" for none.
func LogFileLine(file string) string {
	if file == "" {
		return "No log file because of option --nolog"
	}
	return "Log file is " + file + " ( to change it, use --logfile filepath ; or use --nolog to turn off logging )"
}

// ResyncAdvice follows the end of a run by a signal or by the abort file.
const ResyncAdvice = "You should resynchronize those accounts by running a sync again,\n" +
	"since some messages and entire folders might still be missing on host2."
