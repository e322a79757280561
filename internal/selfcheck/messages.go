package selfcheck

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

func given(text string) getopt.String { return getopt.String{Given: true, Value: text} }

const letter = "Message-Id: <1@a>\r\nReceived: by b\r\nSubject: x\r\n\r\nMessage-Id: <2@a>\r\n"

func identity() error {
	id, err := message.NewIdentifier(message.Options{})
	if err != nil {
		return err
	}
	same := id.Full([]byte(letter), 100)
	other := strings.Replace(letter, "by b", "by c", 1)
	switch {
	case same != id.Full([]byte("message-ID:   <1@a>\nX: y\nReceived: by b\n\n"), 7):
		return errors.New("spelling and size make another message")
	case same == id.Full([]byte(other), 100):
		return errors.New("another Received line makes the same message")
	case id.Short([]byte(letter)) != id.Short([]byte(other)):
		return errors.New("one Message-Id has two short keys")
	}
	return nil
}

func identityFallback() error {
	id, err := message.NewIdentifier(message.Options{})
	if err != nil {
		return err
	}
	draft := []byte("Date: Mon, 1 Jan 2024 10:00:00 +0000\r\nFrom: a\r\nSubject: draft\r\n\r\n")
	if id.Fallback(draft, 10) == id.Fallback(bytes.ReplaceAll(draft, []byte("draft"), []byte("other")), 10) {
		return errors.New("messages without Message-Id are not told apart by their Subject")
	}
	if id.Fallback(draft, 10) != id.Fallback(bytes.ReplaceAll(draft, []byte("Subject: draft"), []byte("SUBJECT:  draft")), 10) {
		return errors.New("a message is not itself when its header is written in other letters")
	}
	return nil
}

func headerDate() error {
	for text, want := range map[string]string{
		"Wed, 14 Sep 2022 18:08:24 +0200":         "2022-09-14T16:08:24Z",
		"14 Sep 2022 18:08:24 -0500 (some where)": "2022-09-14T23:08:24Z",
	} {
		t, ok := message.ParseDate(text)
		if !ok {
			return errors.New("not understood: " + text)
		}
		if err := differs(text, t.UTC().Format(time.RFC3339), want); err != nil {
			return err
		}
	}
	return nil
}

func lineEnds() error {
	got, err := io.ReadAll(message.NewCRLFReader(strings.NewReader("a\nb\r\nc\r\r\nd")))
	if err != nil {
		return err
	}
	return differs("line ends", string(got), "a\r\nb\r\nc\r\r\nd")
}

func flags() error {
	rule := plan.FlagRule{Filter: true, FixCase: true}
	got, err := rule.ForHost2([]imap.Flag{`\SEEN`, `\Recent`, "work", "other"}, []imap.Flag{`\Seen`, "work"})
	if err != nil {
		return err
	}
	return differs("flags for host2", got, []imap.Flag{`\Seen`, "work"})
}
