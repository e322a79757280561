package cli

import "strings"

// settle gives the values that options imply for others, after the presets. What a single option
// means when it was not given is its owner's business; only what crosses from one option to
// another is here. The notes are lines for the log, the problems are combinations that 2.229
// refuses.
func (t table) settle() (notes, problems []string) {
	if t.on("usecache") && t.on("skipcrossduplicates") {
		problems = append(problems, "Error: can not have both --usecache and --skipcrossduplicates")
	}
	t.settleSwitches()
	t.settleSizes()
	more, bad := t.settleDeletions()
	notes, problems = append(notes, more...), append(problems, bad...)
	notes = append(notes, t.settleDates(), t.flagsNote())
	notes = append(notes, t.regexflagNotes()...)
	for _, n := range []string{"1", "2"} {
		if t.on("proxyauth"+n) && !t.on("authuser"+n) {
			problems = append(problems, "With --proxyauth"+n+", --authuser"+n+" option is mandatory, for help run imapsync --help")
		}
	}
	return notes, problems
}

// settleSwitches copies an option about both sides to the sides, and the like.
func (t table) settleSwitches() {
	if t.on("useuid") {
		t.giveUnset("usecache", "1")
	}
	if t.on("usecache") {
		t.giveUnset("cacheaftercopy", "1")
	}
	if t.given("dry") {
		t.giveUnset("dry1", t.text("dry"))
	}
	for _, n := range []string{"1", "2"} {
		if t.given("abletosearch") && !t.on("abletosearch") {
			t.giveUnset("abletosearch"+n, "0")
		}
		if t.given("search") && !t.on("search"+n) {
			t.give("search"+n, t.text("search"))
		}
		if t.given("timeout") {
			t.giveUnset("timeout"+n, t.text("timeout"))
		}
		if t.on("authmd5") { // even against --noauthmd51
			t.give("authmd5"+n, "1")
		}
		if t.on("debugimap") {
			t.give("debugimap"+n, "1")
		}
		if t.on("debugimap" + n) {
			t.give("debug", "1")
		}
	}
	if t.given("abletosearch1") && !t.on("abletosearch1") && t.given("checkmessageexists") {
		t.give("checkmessageexists", "0")
	}
}

// settleSizes decides which blocks of folder sizes are shown. A run about folders alone shows them
// at its end only.
func (t table) settleSizes() {
	if t.on("justfolders") && !t.given("foldersizes") && !t.on("justfoldersizes") {
		t.give("foldersizes", "0")
		t.give("foldersizesatend", "1")
	}
	if t.given("foldersizes") {
		t.giveUnset("foldersizesatend", t.text("foldersizes"))
	}
	if t.on("justfolders") {
		t.giveUnset("checknoabletosearch", "0")
	}
}

// settleDates says where the internal dates of host2 come from.
func (t table) settleDates() (note string) {
	switch {
	case t.on("idatefromheader"):
		t.give("syncinternaldates", "0")
		return "Turned ON idatefromheader, will set the internal dates on host2 from the 'Date:' header line.\nInfo: turned OFF syncinternaldates"
	case t.given("syncinternaldates") && !t.on("syncinternaldates"):
		return "Info: turned OFF syncinternaldates"
	}
	return "Info: turned ON syncinternaldates, will set the internal dates (arrival dates) on host2 same as host1."
}

func (t table) flagsNote() string {
	if t.given("resyncflags") && !t.on("resyncflags") {
		return "Info: will not resync flags for already transferred messages. Use --resyncflags to resync flags."
	}
	return "Info: will resync flags for already transferred messages. Use --noresyncflags to not resync flags."
}

// regexflagNotes are printed when the expressions are good; a bad one ends the run before any line.
func (t table) regexflagNotes() []string {
	if !t.given("regexflag") && !t.on("filterbuggyflags") {
		return nil
	}
	return []string{"Checking each --regexflag command with an space string.", "Ok with each --regexflag"}
}

func (t table) settleDeletions() (notes, problems []string) {
	if t.given("delete2foldersonly") || t.given("delete2foldersbutnot") {
		t.give("delete2folders", "1")
	}
	switch {
	case t.given("delete2duplicates"):
	case t.on("syncduplicates"):
		t.give("delete2duplicates", "0")
	case t.on("delete2"):
		t.give("delete2duplicates", "1")
	}
	if t.on("delete1") {
		if !t.given("expunge1") {
			notes = append(notes, "Info: turning on --expunge1 because --delete1 --noexpunge1 is very dangerous on the second run.")
			t.give("expunge1", "1")
		}
		notes = append(notes, "Info: if expunging after each message slows down too much the sync then use --noexpungeaftereach to speed up")
	}
	if (t.on("delete2") || t.on("delete2duplicates")) && !t.given("uidexpunge2") {
		notes = append(notes, "Info: will act as --uidexpunge2")
		t.give("uidexpunge2", "1")
	}
	if t.on("delete1") && t.on("delete2") {
		problems = append(problems, "Warning: using --delete1 and --delete2 together is almost always a bad idea. "+
			"It empties host1 and leaves on host2 only what was still there. Exiting imapsync.")
	}
	return notes, problems
}

// trim removes the blanks that copying and pasting leaves round names and passwords.
func (t table) trim() {
	for _, name := range []string{"host1", "host2", "user1", "user2", "password1", "password2"} {
		if !t.given(name) {
			continue
		}
		if trimmed := trimBlanks(t.text(name)); trimmed != t.text(name) {
			t.give(name, trimmed)
		}
	}
}

// trimBlanks removes ASCII blanks only; other white space may be part of a password.
func trimBlanks(s string) string { return strings.Trim(s, " ") }
