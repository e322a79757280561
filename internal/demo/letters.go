package demo

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"mime"
	"strings"
	"time"
)

var (
	people = []string{
		"Ada Byron <ada@harbour.example>", "Björn Åkesson <bjorn@norr.example>", "Chloé Lefèvre <chloe@paris.example>",
		"山田花子 <hanako@tokyo.example>", "Иван Петров <ivan@pochta.example>", "Lists <announce@lists.example>",
	}
	subjects = []string{
		"Minutes of the meeting", "Re: Angebot für die Hafenbrücke", "Été à Paris", "Fwd: drawings, sheet 7", "会議の予定",
		"Отчёт за неделю", "Invoice 2041 - second reminder", "Re: Re: lunch?",
	}
	sentences = []string{
		"The delivery comes on Thursday, weather permitting.", "Please find the drawings attached.",
		"Könnten wir das am Montag besprechen?", "Je vous envoie les photos dès mon retour.",
		"I have put the numbers into the usual table.", "よろしくお願いします。", "С уважением, Иван.",
		"From the bridge one sees the old harbour.", ".A line that begins with a dot stays as it is.",
	}
)

const alice = "Alice Example <alice@old.example>"

// source gives numbers that depend on the message only.
func source(serial int) *rand.Rand { return rand.New(rand.NewPCG(uint64(serial), 2229)) }

// encodedAddress encodes the name of an address as RFC 2047 wants it.
func encodedAddress(a string) string {
	name, rest, _ := strings.Cut(a, " <")
	return mime.QEncoding.Encode("utf-8", name) + " <" + rest
}

func header(b *bytes.Buffer, from, subject, id string, when time.Time) {
	fmt.Fprintf(b, "Return-Path: <bounce@example>\r\n")
	fmt.Fprintf(b, "Received: from mail.example by mx.old.example\r\n\twith ESMTPS; %s\r\n", when.Format(time.RFC1123Z))
	fmt.Fprintf(b, "From: %s\r\nTo: %s\r\n", encodedAddress(from), alice)
	fmt.Fprintf(b, "Subject: %s\r\n", mime.BEncoding.Encode("utf-8", subject))
	fmt.Fprintf(b, "Date: %s\r\n", when.Format(time.RFC1123Z))
	if id != "" {
		fmt.Fprintf(b, "Message-Id: <%s@demo.example>\r\n", id)
	}
	b.WriteString("MIME-Version: 1.0\r\n")
}

func text(b *bytes.Buffer, r *rand.Rand) {
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	for range 2 + r.IntN(40) {
		b.WriteString(sentences[r.IntN(len(sentences))])
		b.WriteString("\r\n")
	}
}

// letter is an ordinary message, some with an attachment of 20 to 300 KB.
func letter(serial int, when time.Time, attached bool) []byte {
	r := source(serial)
	var b bytes.Buffer
	header(&b, people[r.IntN(len(people))], subjects[r.IntN(len(subjects))], fmt.Sprintf("%06d.%d", serial, when.Unix()), when)
	if !attached {
		text(&b, r)
		return b.Bytes()
	}
	boundary := fmt.Sprintf("=_demo_%d", serial)
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary)
	text(&b, r)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: application/pdf; name=\"sheet %d.pdf\"\r\nContent-Transfer-Encoding: base64\r\n"+
		"Content-Disposition: attachment; filename=\"sheet %d.pdf\"\r\n\r\n", boundary, serial, serial)
	var line [64]byte
	for range 256 + r.IntN(3700) {
		for i := 0; i < len(line); i += 8 {
			binary.LittleEndian.PutUint64(line[i:], r.Uint64())
		}
		b.Write(base64.StdEncoding.AppendEncode(b.AvailableBuffer(), line[:57]))
		b.WriteString("\r\n")
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}

// withoutID has no Message-Id, like mail from scanners and old programs.
func withoutID(when time.Time) []byte {
	var b bytes.Buffer
	header(&b, "Scanner <scanner@office.example>", "Scan", "", when)
	text(&b, source(7))
	return b.Bytes()
}

func twinLetter(id string, when time.Time) []byte {
	var b bytes.Buffer
	header(&b, people[0], "Sent twice", id, when)
	text(&b, source(8))
	return b.Bytes()
}
