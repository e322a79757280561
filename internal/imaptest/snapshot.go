package imaptest

import (
	"time"

	"imapsync/internal/imap"
)

// Snapshot is an account at one moment, as [ReadSnapshot] read it over IMAP: the judge of tests, which
// therefore shares no code with the client of the engine. Folder names are compared without prefix
// and with "/" between their components.
type Snapshot struct {
	Folders []Folder // sorted by name
}

// Folder is a mailbox or a subscribed name.
type Folder struct {
	Name       string // no prefix, "/" as separator, octets as on the wire
	Selectable bool
	Subscribed bool
	SpecialUse string // attribute such as `\Sent`, or empty
	Messages   []Message
}

// Message is one message.
type Message struct {
	UID       imap.UID
	Digest    string // SHA-256 of the whole text, hexadecimal
	Size      int64  // octets of the text
	MessageID string // as in the header, for readable reports; may be empty
	Flags     []imap.Flag
	Date      time.Time // internal date
}

// Find gives a folder by name.
func (s Snapshot) Find(name string) (Folder, bool) {
	for _, f := range s.Folders {
		if f.Name == name {
			return f, true
		}
	}
	return Folder{}, false
}

// Count gives the number of messages and their octets in all folders.
func (s Snapshot) Count() (messages int, octets int64) {
	for _, f := range s.Folders {
		messages += len(f.Messages)
		for _, m := range f.Messages {
			octets += m.Size
		}
	}
	return messages, octets
}
