package report

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

// scalar is the number that the reference makes of a recorded scalar, NaN for none.
func scalar(v vectors.Value) float64 {
	text := regexp.MustCompile(`^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?`).FindString(v.Str())
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

func TestVectorsBytesDisplay(t *testing.T) {
	for _, c := range vectors.Load(t, "bytes_display") {
		n := scalar(c.In.Field("bytes"))
		switch c.Fn {
		case "bytes_display_string_bin":
			vectors.Check(t, c, BytesBin(n))
		case "bytes_display_string_dec":
			vectors.Check(t, c, BytesDec(n))
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
		}
	}
}

// TestVectorsTimeRemaining gives the pure functions the rate of the reference; the running program
// gives them the messages processed (see meter.remaining). The sleeping functions belong to the
// throttle, timesince is an internal helper.
func TestVectorsTimeRemaining(t *testing.T) {
	for _, c := range vectors.Load(t, "time_remaining", "time_remaining", "eta") {
		spent := c.In.Field("time_spent").Float()
		if c.Fn == "time_remaining" {
			vectors.Check(t, c, Remaining(c.In.Field("nb_start").Int(), c.In.Field("nb_processed").Int(), c.In.Field("nb_transferred").Int(), spent))
			continue
		}
		if !c.In.Field("foldersizes").Bool() {
			m := newMeter() // without sizes the total stays unknown
			vectors.Check(t, c, m.eta(time.Unix(c.In.Field("now").Int(), 0)))
			continue
		}
		total, processed := c.In.Field("h1_nb_msg_start").Int(), c.In.Field("h1_nb_msg_processed").Int()
		rate := c.In.Field("nb_msg_transferred").Int()
		if c.In.Field("dry").Bool() {
			rate = processed
		}
		now := time.Unix(c.In.Field("now").Int(), 0).UTC()
		vectors.Check(t, c, ETA(now, Remaining(total, processed, rate, spent), total, processed))
	}
}

func TestVectorsDateText(t *testing.T) {
	for _, c := range vectors.Load(t, "date_text", "localtimez", "date_rfc822", "year_month_day_hour_min_sec_ms") {
		zone, err := time.LoadLocation(c.In.Field("tz").Str())
		if err != nil {
			t.Skip("no time zone database here:", err)
		}
		at := time.Unix(0, int64(c.In.Field("time").Float()*1e9)).In(zone)
		switch c.Fn {
		case "localtimez":
			vectors.Check(t, c, FormatDate(at))
		case "date_rfc822":
			vectors.Check(t, c, at.Format(mailDate))
		case "year_month_day_hour_min_sec_ms":
			vectors.Check(t, c, strings.TrimSuffix(mailID(at, "", ""), "__@"+mailDomain))
		}
	}
}

func TestVectorsFolderSizes(t *testing.T) {
	for _, c := range vectors.Load(t, "folder_sizes", "foldersizes_total") {
		one, two := c.In.Field("sizes1").List(), c.In.Field("sizes2").List()
		e := event.TotalSizes{Folders1: len(one), Folders2: len(two), Host1: sum(one), Host2: sum(two)}
		vectors.Check(t, c, map[string]any{
			"printed": string(appendTotals(nil, e)),
			"totals":  []int64{e.Host1.Messages, e.Host1.Bytes, e.Host2.Messages, e.Host2.Bytes},
		})
	}
	for _, c := range vectors.Load(t, "folder_sizes", "foldersize_diff_present") {
		index, count, _ := strings.Cut(c.In.Field("counter").Str(), "/")
		i, _ := strconv.Atoi(index)
		n, _ := strconv.Atoi(count)
		text := Text{intro: map[event.When]bool{event.Before: true}}
		got := text.appendFolderSizes(nil, event.FolderSizes{Index: i, Count: n,
			Src: mailbox(c.In.Field("folder1")), Dst: mailbox(c.In.Field("folder2")),
			Host1: sizesOf(c.In.Field("values1")), Host2: sizesOf(c.In.Field("values2"))})
		vectors.CheckEqual(t, c, vectors.Equal(string(got), c.Out.Field("printed")), string(got))
	}
}

func sum(folders []vectors.Value) (total event.Sizes) {
	for _, f := range folders {
		if s := sizesOf(f); s != nil {
			total.Messages += s.Messages
			total.Bytes += s.Bytes
			total.Biggest = max(total.Biggest, s.Biggest)
		}
	}
	return total
}

// sizesOf reads [bytes, messages, biggest].
func sizesOf(v vectors.Value) *event.Sizes {
	list := v.List()
	if len(list) != 3 {
		return nil
	}
	return &event.Sizes{Bytes: list[0].Int(), Messages: list[1].Int(), Biggest: list[2].Int()}
}

// TestVectorsExitValue covers what is printed and the most frequent error; exit_value and errors_incr
// belong to the command line.
func TestVectorsExitValue(t *testing.T) {
	for _, c := range vectors.Load(t, "exit_value", "most_common_error", "comment_of_error_type", "errors_listing", "errorsdump", "exit_line", "errorsanalyse") {
		switch c.Fn {
		case "most_common_error":
			counts := map[ErrorType]int64{}
			for name, count := range c.In.Field("counts").Map() {
				counts[ErrorType(name)] = count.Int()
			}
			vectors.Check(t, c, string(MostFrequent(counts)))
		case "comment_of_error_type":
			run := Run{Host1: Endpoint{"h1.example", 993, "u1"}, Host2: Endpoint{"h2.example", 143, "u2"}, ExitWhenOver: c.In.Field("exitwhenover").Int()}
			vectors.Check(t, c, run.Comment(ErrorType(c.In.Field("type").Str())))
		case "errorsanalyse":
			vectors.Check(t, c, string(MostFrequent(countTypes(c.In.Field("errors").Strs()))))
		case "errors_listing":
			vectors.Check(t, c, listing(c.In, c.In.Field("errorsdump").Bool()))
		case "errorsdump":
			checkDump(t, c)
		case "exit_line":
			want := c.Out.Str()
			got := ExitLine(int(c.In.Field("status").Int()), c.In.Field("nb_errors").Int(), c.In.Field("errorsmax").Int(), 7)
			vectors.Check(t, c, strings.TrimSuffix(got, " PID 7"))
			if !strings.HasSuffix(got, " PID 7") {
				t.Errorf("got %q, want %q and the pid", got, want)
			}
		}
	}
}

func listing(in vectors.Value, dump bool) string {
	totals := NewTotals(Run{ErrorsDump: dump, Host1: Endpoint{User: "u1"}, Host2: Endpoint{User: "u2"}})
	for _, text := range in.Field("errors").Strs() {
		totals.Emit(event.Failed{Err: vectors.Classify(text)})
	}
	return totals.ErrorListing()
}

// checkDump compares the lines between header and last line. Every error ends with one line end
// here, so texts are compared without it.
func checkDump(t *testing.T, c vectors.Case) {
	t.Helper()
	if c.Out.IsNull() {
		return // nothing is printed without errors
	}
	lines := strings.Split(listing(c.In, true), "\n")
	got := strings.Join(lines[1:len(lines)-2], "")
	want := strings.NewReplacer("\n", "", " Err", "Err").Replace(c.Out.Str())
	vectors.CheckEqual(t, c, got == strings.TrimRight(want, " "), got)
}

// countTypes classes errors as the engine would.
func countTypes(texts []string) map[ErrorType]int64 {
	counts := map[ErrorType]int64{}
	for _, text := range texts {
		counts[typeOfText(text)]++
	}
	return counts
}

// typeOfText is the type of an error with these words. The engine has no error without words.
func typeOfText(text string) ErrorType {
	if text == "" {
		return nothingReported
	}
	err := vectors.Classify(text)
	return TypeOf(err.Kind, err.Side)
}

func TestVectorsErrorType(t *testing.T) {
	for _, c := range vectors.Load(t, "error_type") {
		switch c.Fn {
		case "error_type":
			vectors.Check(t, c, string(typeOfText(c.In.Field("error").Str())))
		case "errorclassify":
			counts := map[string]int64{}
			for name, n := range countTypes(c.In.Field("errors").Strs()) {
				counts[string(name)] = n
			}
			if c.Out.IsNull() && len(counts) == 0 {
				continue // no errors, no counts
			}
			vectors.Check(t, c, counts)
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
		}
	}
}

func TestVectorsVersion(t *testing.T) {
	for _, c := range vectors.Load(t, "version", "homepage", "imapsync_version") {
		vectors.Check(t, c, map[string]string{"homepage": Homepage, "imapsync_version": ReferenceVersion}[c.Fn])
	}
}

// TestVectorsFinalReport covers what is printed; list_keys_in_2_not_in_1 is an internal helper.
func TestVectorsFinalReport(t *testing.T) {
	for _, c := range vectors.Load(t, "final_report", "comment_on_final_diff_in_1_not_in_2", "comment_on_final_diff_in_2_not_in_1", "do_and_print_stats", "useheader_suggestion") {
		if c.In.Field("useuid").Bool() {
			continue // the reference identifies no message then; --useuid is not available here
		}
		s := recorded(c.In)
		switch c.Fn {
		case "comment_on_final_diff_in_1_not_in_2":
			vectors.Check(t, c, unlessJustFolders(s, s.Identity.appendHost1(nil, s.Messages.Unidentified1, s.unfinished(), s.Wanted)))
		case "comment_on_final_diff_in_2_not_in_1":
			vectors.Check(t, c, unlessJustFolders(s, s.Identity.appendHost2(nil)))
		case "useheader_suggestion":
			vectors.Check(t, c, voidText(Messages{Unidentified1: c.In.Field("noheader").Int()}))
		case "do_and_print_stats":
			vectors.CheckEqual(t, c, s.Block() == comparable(c), s.Block())
		}
	}
}

// unlessJustFolders leaves the verdict out where the block does.
func unlessJustFolders(s Statistics, verdict []byte) string {
	if s.Run.JustFolders {
		return s.Verdict()
	}
	return string(verdict)
}

// comparable is the recorded block without the noise of processor time and the line about
// releases, which are not printed here.
func comparable(c vectors.Case) string {
	return regexp.MustCompile(`(?m)^(Strange: .*|\(release line\))\n`).ReplaceAllString(c.Out.Str(), "")
}

// recorded makes statistics of a recorded input. The figures of the machine are those that the
// recording pinned.
func recorded(in vectors.Value) Statistics {
	start := time.Unix(1663178904, 0).UTC()
	s := Statistics{
		Run:           Run{Start: start, Dry: in.Field("dry").Bool(), JustFolders: in.Field("justfolders").Bool()},
		End:           start.Add(time.Duration(in.Field("seconds").Float() * float64(time.Second))),
		Messages:      Messages{Transferred: in.Field("transferred").Int(), CouldTransfer: in.Field("nb_msg_skipped_dry_mode").Int(), Void1: in.Field("noheader").Int(), Unidentified1: in.Field("noheader").Int()},
		Volume:        Volume{Transferred: in.Field("bytes").Int(), Biggest: in.Field("biggest").Int()},
		Errors:        in.Field("nb_errors").Int(),
		Reconnections: [2]int64{0, 2},
		Machine: Machine{MemoryStart: 50 << 20, MemoryEnd: 100 << 20, CPU: 1500 * time.Millisecond,
			Load: "0.10 0.20 0.30", Cores: 4},
		Wanted: int(in.Field("folders").Int()),
	}
	for range in.Field("folders_done").Int() {
		s.Folders = append(s.Folders, FolderResult{State: FolderComplete})
	}
	ids1, ids2 := in.Field("ids1").Strs(), in.Field("ids2").Strs()
	s.Identity = Identity{int64(len(ids1)), missing(ids1, ids2), int64(len(ids2)), missing(ids2, ids1)}
	if in.Has("start") || in.Has("end") {
		s.Run.SizesAtEnd = true
		s.StartDifference, s.FinalDifference = recordedDifference(in.Field("start")), recordedDifference(in.Field("end"))
	}
	return s
}

func missing(from, in []string) (n int64) {
	there := map[string]bool{}
	for _, id := range in {
		there[id] = true
	}
	return int64(len(slices.DeleteFunc(slices.Clone(from), func(id string) bool { return there[id] })))
}

// recordedDifference reads [messages1, bytes1, messages2, bytes2].
func recordedDifference(v vectors.Value) *Difference {
	list := v.List()
	if len(list) != 4 || slices.ContainsFunc(list, vectors.Value.IsNull) {
		return nil
	}
	return &Difference{Messages: list[2].Int() - list[0].Int(), Bytes: list[3].Int() - list[1].Int()}
}

func mailbox(v vectors.Value) imap.MailboxName { return imap.MailboxName(v.Str()) }
