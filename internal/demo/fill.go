package demo

import (
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imap/utf7"
)

// BigSize is the size in octets of the largest message of the sample.
const BigSize = 20 << 20

// folder describes a folder of the sample.
type folder struct {
	path     string // decoded
	use      string
	messages int
	from     time.Time // internal date of the first message
	step     time.Duration
	flags    [][]imap.Flag // taken in turn
	attached int           // every n-th message has an attachment; 0: none
}

const day = 24 * time.Hour

var (
	seen     = []imap.Flag{imap.FlagSeen}
	everyday = [][]imap.Flag{seen, nil, {imap.FlagSeen, imap.FlagAnswered}, {imap.FlagFlagged}, {imap.FlagSeen, "$Forwarded"}, {imap.FlagSeen, "NonJunk", "Work"}}
)

// sample is fixed, so that two demos show the same.
var sample = []folder{
	{"INBOX", "", 60, date(2023, 11, 2), 9 * time.Hour, everyday, 9},
	{"Sent", `\Sent`, 40, date(2021, 1, 4), 17 * day, [][]imap.Flag{seen}, 5},
	{"Drafts", `\Drafts`, 4, date(2024, 2, 1), 3 * day, [][]imap.Flag{{imap.FlagSeen, imap.FlagDraft}}, 0},
	{"Trash", `\Trash`, 6, date(2023, 12, 24), day, [][]imap.Flag{{imap.FlagSeen, imap.FlagDeleted}, seen}, 0},
	{"Archive/2001", "", 12, date(2001, 9, 9), 8 * day, [][]imap.Flag{seen}, 0},
	{"Archive/2011", "", 25, date(2011, 3, 1), 11 * day, everyday, 6},
	{"Archive/2019", "", 80, date(2019, 1, 1), 4 * day, everyday, 8},
	{"Projects/Harbour/Drawings", "", 10, date(2016, 6, 1), 12 * day, everyday, 1},
	{"Projects/Harbour/Offers & Orders", "", 15, date(2016, 7, 1), 5 * day, everyday, 4},
	{"Lists/announce", "", 90, date(2018, 5, 5), 2 * day, [][]imap.Flag{seen, nil}, 0},
	{"Entwürfe und Pläne", "", 8, date(2015, 8, 8), 20 * day, everyday, 3},
	{"Été/À Paris", "", 7, date(2014, 7, 14), day, everyday, 2},
	{"Почта", "", 9, date(2013, 2, 23), 30 * day, everyday, 0},
	{"日本語/東京", "", 5, date(2020, 7, 23), day, everyday, 2},
	{"To be empty", "", 0, time.Time{}, 0, nil, 0},
}

func date(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 8, 15, 30, 0, time.UTC)
}

// zones of internal dates, taken in turn: a copy must keep the moment, whatever the zone.
var zones = []*time.Location{time.UTC, time.FixedZone("", 3600), time.FixedZone("", -5*3600), time.FixedZone("", 5*3600+1800)}

// Fill puts the sample into an empty account. Its content is the same every time.
func Fill(account *server.MemoryAccount) { fill(account, BigSize) }

func fill(account *server.MemoryAccount, bigSize int64) {
	serial := 0
	for _, f := range sample {
		box := account.Make(utf7.Encode(f.path), f.use)
		for i := range f.messages {
			serial++
			when := f.from.Add(time.Duration(i) * f.step).In(zones[serial%len(zones)])
			attached := f.attached > 0 && i%f.attached == f.attached-1
			box.Add(letter(serial, when, attached), when, f.flags[i%len(f.flags)]...)
		}
	}
	account.Subscribe("INBOX", true)
	account.Subscribe("Trash", false)
	fillOddities(account, bigSize)
}

// fillOddities adds what breaks simple ideas of how to copy mail.
func fillOddities(account *server.MemoryAccount, bigSize int64) {
	box, archive := account.Box("INBOX"), account.Box("Archive/2011")
	when := date(2022, 5, 17)
	box.Add(withoutID(when), when, imap.FlagSeen)
	// Twins: one message in two folders, and two that differ in nothing but their Message-Id.
	twin := twinLetter("twin", when)
	box.Add(twin, when, imap.FlagSeen)
	archive.Add(twin, when)
	box.Add(twinLetter("twin-too", when), when)
	// Arrived first, dated last: the order of arrival is not that of the dates.
	late := date(1999, 12, 31)
	box.Add(letter(9001, late, false), late, imap.FlagSeen, imap.FlagFlagged)
	box.AddContent(newBigLetter(when.AddDate(0, 1, 0), bigSize), when.AddDate(0, 1, 0), imap.FlagSeen, "$Label1")
}
