package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const defaultLogDir = "LOG_imapsync"

// logName is what the name of a log file is made of.
type logName struct {
	start        time.Time // its zone is the name's
	user1, user2 string
	dir          string // "" or "0" is the current directory
	file         string // --logfile; with given it replaces the name made of date and users
	given        bool
	abort        bool
}

// path is the name of the log file, as setlogfile of the reference makes it, except that an
// absolute --logfile stays absolute (docs/differences.md row 14).
func (l logName) path() string {
	supplement := ""
	if l.abort {
		supplement = "_abort"
	}
	if !l.given {
		return datedName(l.start, logSuffix(l.user1, l.user2, supplement), l.dir)
	}
	if filepath.IsAbs(l.file) {
		return l.file
	}
	return below(l.dir, l.file)
}

// datedName is DIR/YYYY_MM_DD_HH_MM_SS_mmm_SUFFIX.txt.
func datedName(start time.Time, suffix, dir string) string {
	name := start.Format("2006_01_02_15_04_05") + fmt.Sprintf("_%03d", start.Nanosecond()/int(time.Millisecond))
	if suffix != "" && suffix != "0" {
		name += "_" + suffix
	}
	return below(dir, name+".txt")
}

func below(dir, name string) string {
	if dir == "" || dir == "0" {
		return name
	}
	return dir + "/" + name
}

// logSuffix is the part of the name that tells accounts apart.
func logSuffix(user1, user2, supplement string) string {
	return fileNamePart(user1) + "_" + fileNamePart(user2) + supplement
}

// fileNamePart makes a user's name fit to be part of a file name. A user "0" counts as none.
func fileNamePart(user string) string {
	if user == "0" {
		return ""
	}
	return replaceForbidden(slashToUnderscore(user))
}

func slashToUnderscore(s string) string { return strings.ReplaceAll(s, "/", "_") }

// replaceForbidden puts "_" for each byte that some file system forbids or a shell treats, and for
// each that is not printable ASCII.
func replaceForbidden(s string) string {
	clean := []byte(s)
	for i, c := range clean {
		if c <= ' ' || c >= 0x7F || strings.IndexByte(`*|?:"<>'\`, c) >= 0 {
			clean[i] = '_'
		}
	}
	return string(clean)
}

// openLog creates the log file, and its directory when needed, readable by their owner only: a log
// tells names and subjects. An older file of the same name is emptied. The lines tell what was
// created.
func openLog(path string) (f *os.File, lines []string, err error) {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		cwd, _ := os.Getwd()
		lines = append(lines, fmt.Sprintf("Creating directory %s (current directory is %s)", dir, cwd))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, lines, fmt.Errorf("create the log directory %s: %w", dir, err)
		}
	}
	f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, lines, fmt.Errorf("open the log file: %w", err)
	}
	return f, lines, nil
}
