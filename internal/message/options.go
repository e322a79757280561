package message

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"strings"

	"imapsync/internal/getopt"
)

// Options say by what a message is recognised on the other side. [NewIdentifier] checks them and
// turns them into an [Identifier].
type Options struct {
	UseHeader         []string // replaces Message-Id and Received
	SkipHeader        getopt.String
	MessageIDNoDomain getopt.Bool
	SkipSize          getopt.Bool // on by default
	AddHeader         getopt.Bool
	WholeHeader       getopt.Bool
}

// digest is a number for the options that decide what is the same message. Files hold it.
func (o *Options) digest() int64 {
	use := make([]string, len(o.UseHeader))
	for i, name := range o.UseHeader {
		use[i] = strings.ToUpper(name)
	}
	sum := md5.Sum(fmt.Appendf(nil, "%q %q %t %t", use, o.SkipHeader.Value, o.MessageIDNoDomain.Value, o.SkipSize.Or(true)))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.List(&o.UseHeader, "useheader", "Recognise messages by this header field instead of Message-Id and Received; ALL means the whole header. Can be repeated.").Arg("str")
	fs.String(&o.SkipHeader, "skipheader", "Leave header lines matching this Perl pattern out of what messages are recognised by.").Arg("reg").Hidden()
	fs.Bool(&o.MessageIDNoDomain, "messageidnodomain", "Compare Message-Id only up to the @, for servers that change the rest.").Negatable().Hidden()
	fs.Bool(&o.SkipSize, "skipsize", "Recognise messages whatever their size. On by default.").Negatable().Hidden()
	fs.Bool(&o.AddHeader, "addheader", "Put a Message-Id into messages that have no header to be recognised by: <UID@imapsync>, after their UID on host1.").Negatable()
	fs.Bool(&o.WholeHeader, "wholeheaderifneeded", "Read the whole header of messages without the wanted fields.").Negatable().Hidden().
		NoEffect("messages without the wanted fields are recognised by their other headers")
}
