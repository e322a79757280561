package report

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"imapsync/internal/vectors"
)

func TestVectorsEmailReport(t *testing.T) {
	for _, c := range vectors.Load(t, "email_report") {
		one, two := c.In.Field("user1").Str(), c.In.Field("user2").Str()
		start := time.UnixMilli(int64(c.In.Field("timestart").Float() * 1000)).UTC()
		s := Statistics{Run: Run{Start: start, Host1: Endpoint{User: one}, Host2: Endpoint{User: two}}, End: start}
		switch c.Fn {
		case "email_report_message_id":
			vectors.Check(t, c, mailID(start, one, two))
		case "email_report_subject":
			vectors.Check(t, c, s.mailSubject())
		case "email_report_body_base":
			if !c.In.Has("user1") || !c.In.Has("user2") {
				continue // a run without users signs in nowhere
			}
			vectors.Check(t, c, mailHead(one, two))
		case "email_report_from", "email_report_to", "email_report":
			vectors.Check(t, c, recordedMail(t, c, s))
		case "put_reports":
			// Whether a report is put is decided by the run: TestReports.
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
		}
	}
}

// recordedMail is the field, or the whole message, that a case asks for.
func recordedMail(t *testing.T, c vectors.Case, s Statistics) any {
	t.Helper()
	switch {
	case c.Fn == "email_report_to":
		if c.In.Field("user2").IsNull() {
			return mailTo("")
		}
		return s.Run.Host2.User // an empty user of host2 only connects, and gets no mail
	case c.Fn == "email_report_from" && c.In.Has("emailreportfrom") && c.In.Field("emailreportfrom").Str() == "":
		return "" // an empty sender is refused at the start
	}
	text := string(s.Mail(c.In.Field("emailreportfrom").Str()))
	if c.Fn == "email_report" {
		return text
	}
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get("From")
}

// TestMail reads the message as a mail program does; hostile names neither add fields nor elements.
func TestMail(t *testing.T) {
	start := time.Date(2026, 11, 22, 12, 0, 0, 5e6, time.UTC)
	s := Statistics{Errors: 2, End: start.Add(time.Minute), Messages: Messages{Transferred: 7},
		Run: Run{Start: start, Host1: Endpoint{User: "a<b>\r\nBcc: x@y"}, Host2: Endpoint{User: "caf\u00e9\nX: y"}}}
	text := s.Mail("")
	if bytes.Contains(bytes.ReplaceAll(text, []byte("\r\n"), nil), []byte("\n")) {
		t.Error("there is a line end that is not CRLF")
	}
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<2026_11_22_12_00_00_005_a_b___Bcc__x_y_caf___X__y@imapsync.tk>",
		"From":       mailFrom,
		"To":         "caf??X: y",
		"Date":       "Sun, 22 Nov 2026 12:01:00 +0000",
		"Subject":    "Imapsync transferred your account, with 2 errors",
		"Bcc":        "",
		"X":          "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<title>Imapsync transfer from a&lt;b&gt;", "Messages transferred                    : 7 ", "Detected 2 errors"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %q in the body:\n%s", want, body)
		}
	}
}
