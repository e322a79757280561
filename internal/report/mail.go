package report

import (
	"bytes"
	"fmt"
	"html"
	"mime/quotedprintable"
	"strings"
	"time"
)

// mailFrom is who writes the report unless --emailreportfrom says otherwise, and mailDomain ends its
// Message-Id; both are those of the reference, which filters of readers know.
const (
	mailDomain = "imapsync.tk"
	mailFrom   = "help@" + mailDomain
)

// mailDate is the form of a Date field (RFC 5322 section 3.3).
const mailDate = "Mon, 02 Jan 2006 15:04:05 -0700"

// Mail is the report of the run as a message, CRLF line ends, for INBOX of either side: both get the
// same, so that the next run sees one message. from may be empty for the usual sender.
func (s Statistics) Mail(from string) []byte {
	var b bytes.Buffer
	one, two := s.Run.Host1.User, s.Run.Host2.User
	if from == "" {
		from = mailFrom
	}
	for _, field := range [][2]string{
		{"Message-Id", "<" + mailID(s.Run.Start, one, two) + ">"},
		{"Date", s.End.Format(mailDate)},
		{"From", from},
		{"To", mailTo(two)},
		{"Subject", s.mailSubject()},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/html; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", field[0], headerText(field[1]))
	}
	b.WriteString("\r\n")
	body := mailHead(one, two) + "<pre>\r\n" +
		strings.ReplaceAll(html.EscapeString(strings.ToValidUTF8(s.Block(), "?")), "\n", "\r\n") + "</pre>\r\n</body>\r\n</html>\r\n"
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(body)) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// mailID is unique to the run: the start in local time with its milliseconds, and both users.
func mailID(start time.Time, user1, user2 string) string {
	return fmt.Sprintf("%s_%03d_%s_%s@%s", start.Format("2006_01_02_15_04_05"), start.Nanosecond()/1e6,
		mailName(user1), mailName(user2), mailDomain)
}

// mailName keeps letters and digits.
func mailName(user string) string {
	b := []byte(user)
	for i, c := range b {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			b[i] = '_'
		}
	}
	return string(b)
}

// mailTo is the user of host2, on both sides, as in the reference.
func mailTo(user2 string) string {
	if user2 == "" {
		return "unknown@" + mailDomain
	}
	return user2
}

// mailSubject is the reference's; it praises nothing that had errors.
func (s Statistics) mailSubject() string {
	const subject = "Imapsync transferred your account"
	if s.Errors > 0 {
		return fmt.Sprintf("%s, with %d errors", subject, s.Errors)
	}
	return subject
}

// mailHead is the start of the body.
func mailHead(user1, user2 string) string {
	one, two := html.EscapeString(user1), html.EscapeString(user2)
	return "<!DOCTYPE html>\r\n<html lang=\"en\">\r\n<head>\r\n<title>Imapsync transfer from " + one + " to " + two + "</title>\r\n</head>\r\n" +
		"<body>\r\n<p>Hello!</p>\r\n<p>\r\nImapsync just ended the synchronization from the imap account <b>" + one +
		"</b> to the imap account <b>" + two + "</b>.<br />\r\n</p>\r\n"
}

// headerText keeps a value on one line of plain ASCII, so that no name can add fields.
func headerText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
