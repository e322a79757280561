package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/imap"
)

// responses decodes a whole stream and describes each response in a line.
func responses(r io.Reader) (list []string, err error) {
	d := NewDecoder(r, nil)
	for {
		resp, err := d.Next()
		if err != nil {
			return list, err
		}
		list = append(list, describe(d, resp))
	}
}

// describe reads a response by its grammar.
func describe(d *Decoder, r Response) string {
	switch r.Kind {
	case Junk:
		return "junk"
	case Continuation:
		return "+ " + d.Text()
	case Tagged:
		code, text := d.RespText()
		return fmt.Sprintf("%s %s [%s] %s", r.Tag, r.Reply, code, text)
	case Condition:
		code, text := d.RespText()
		return fmt.Sprintf("* %s [%s] %s", r.Reply, code, text)
	case Data:
	}
	switch r.Name {
	case "FETCH":
		m := &imap.Message{Size: -1}
		var body string
		err := d.MsgAtt(m, func(size int64, r io.Reader) error {
			b, err := io.ReadAll(r)
			body = fmt.Sprintf(" body %q of %d", b, size)
			return err
		})
		if err == nil {
			err = d.Err()
		}
		date := ""
		if !m.InternalDate.IsZero() {
			date = " date " + m.InternalDate.Format(time.RFC3339)
		}
		return fmt.Sprintf("fetch %d uid %d%s flags %q size %d header %q%s %v", r.Num, m.UID, date, m.Flags, m.Size, m.Header, body, err)
	case "LIST":
		d.KeepRaw()
		b := d.MailboxList()
		return fmt.Sprintf("list %q %q %q raw %q", b.Attrs, b.Delim, b.Name, d.Raw())
	case "STATUS":
		s := d.StatusAttList()
		return fmt.Sprintf("status %q %d", s.Name, s.UIDNext)
	case "SEARCH":
		uids, ok := d.Search(nil)
		if len(uids) > 1000 {
			return fmt.Sprintf("search of %d %v", len(uids), ok)
		}
		return fmt.Sprintf("search %v %v", uids, ok)
	case "ESEARCH":
		uids, ok := d.ESearch(nil)
		if len(uids) > 1000 {
			return fmt.Sprintf("esearch of %d %v", len(uids), ok)
		}
		return fmt.Sprintf("esearch %v %v", uids, ok)
	case "VANISHED":
		set, earlier := d.Vanished()
		return fmt.Sprintf("vanished %v %v", set, earlier)
	case "NAMESPACE":
		return fmt.Sprintf("namespace %q", d.NamespaceResponse())
	case "ID":
		return fmt.Sprintf("id %q", d.IDParams())
	case "QUOTA":
		return fmt.Sprintf("quota %v", d.QuotaResponse())
	case "ACL":
		name, entries := d.ACLData()
		return fmt.Sprintf("acl %q %q", name, entries)
	case "CAPABILITY":
		return fmt.Sprintf("capability %q", []string(d.CapabilityData()))
	}
	return fmt.Sprintf("%v %d %s", r.HasNum, r.Num, r.Name)
}

// transcripts are answers with their reading. Those of known servers beyond these are in the cases of
// package client.
var transcripts = []struct {
	name, in string
	want     []string
}{
	{"conditions", "* OK [ALERT] hi\r\n* BYE\r\nA1 no [TRYCREATE] none\r\nA2 OK\r\n",
		[]string{"* OK [ALERT] hi", "* BYE [] ", "A1 NO [TRYCREATE] none", "A2 OK [] "}},
	{"code with quoted bracket", "* OK [Error=\"a]b\" c] d\r\n", []string{`* OK [Error="a]b" c] d`}},
	{"code without end", "* OK [x y\r\n", []string{"* OK [] [x y"}},
	{"code with flags holding a bracket", "* OK [PERMANENTFLAGS (a] \\*)] d\r\n", []string{`* OK [PERMANENTFLAGS (a] \*)] d`}},
	{"ACL", "* ACL INBOX Fred rwipsldexta -Bob w\r\n* ACL \"a b\" \"\" lr {3}\r\na b \"\" anyone\r\n* ACL x\r\n",
		[]string{`acl "INBOX" [{"Fred" "rwipsldexta"} {"-Bob" "w"}]`, `acl "a b" [{"" "lr"} {"a b" ""} {"anyone" ""}]`, `acl "x" []`}},
	{"continuation and POP3", "+ go\r\n+\r\n+OK pop\r\n", []string{"+ go", "+ ", "+OK  [] "}},
	{"line ends", "* 1 EXISTS\n* 2 EXISTS\r\r\n\r\n\n* 3 EXISTS\r\n",
		[]string{"true 1 EXISTS", "true 2 EXISTS", "junk", "junk", "true 3 EXISTS"}},
	{"cut line is not delivered", "* 1 EXISTS\r\nA1 OK", []string{"true 1 EXISTS"}},
	{"body between items", "* 1 FETCH (UID 7 BODY[] {5}\r\na\r\nb) FLAGS (\\Seen) RFC822.SIZE 5)\r\n* 2 EXISTS\r\n",
		[]string{`fetch 1 uid 7 flags ["\\Seen"] size 5 header "" body "a\r\nb)" of 5 <nil>`, "true 2 EXISTS"}},
	{"literal without the blank, with blanks after", "* 1 FETCH (BODY[]{2} \r\nabUID 3)\r\n",
		[]string{`fetch 1 uid 3 flags [] size -1 header "" body "ab" of 2 <nil>`}},
	{"literal8", "* 1 FETCH (UID 1 BINARY[] ~{2}\r\na\x00)\r\n",
		[]string{`fetch 1 uid 1 flags [] size -1 header "" body "a\x00" of 2 <nil>`}},
	{"unknown items", "* 1 FETCH (X-A {2}\r\n)( X-B (a \"b)\" ({1}\r\n() NIL) UID 4 BODYSTRUCTURE (\"text\" \"plain\" (\"x\" {3}\r\n\r\n))) X-C)\r\n",
		[]string{`fetch 1 uid 4 flags [] size -1 header "" <nil>`}},
	{"a part is no text", "* 1 FETCH (UID 4 BODY[1] {2}\r\nab BODY[TEXT] {2}\r\ncd BODY[]<5> {2}\r\nef BODY[HEADER] {2}\r\ngh)\r\n",
		[]string{`fetch 1 uid 4 flags [] size -1 header "gh" <nil>`}},
	{"body cut", "* 1 FETCH (UID 4 BODY[] {9}\r\nab", []string{`fetch 1 uid 4 flags [] size -1 header "" body "ab" of 9 unexpected EOF`}},
	{"values in other forms", "* 1 FETCH (UID \"4\" FLAGS \\Seen \\Flagged RFC822.SIZE {2}\r\n12 MODSEQ 3)\r\n",
		[]string{`fetch 1 uid 4 flags ["\\Seen" "\\Flagged"] size 12 header "" <nil>`}},
	{"unquoted date", "* 1 FETCH (INTERNALDATE 07-Feb-1994 21:52:25 -0800 UID 4)\r\n",
		[]string{`fetch 1 uid 4 date 1994-02-07T21:52:25-08:00 flags [] size -1 header "" <nil>`}},
	{"list", "* LIST (\\HasChildren) \"\\\" \"a\\b\"\r\n* LIST () \".\" {4}\r\na\r\nb (\"X\" ())\r\n* LIST () NIL Foo (2020) x \r\n* LIST NIL / x\r\n",
		[]string{`list ["\\HasChildren"] "\\" "a\\b" raw "* LIST (\\HasChildren) \"\\\" \"a\\b\""`,
			`list [] "." "a\r\nb" raw "* LIST () \".\" {4}\r\na\r\nb (\"X\" ())"`,
			`list [] "" "Foo (2020) x" raw "* LIST () NIL Foo (2020) x "`, `list [] "/" "x" raw "* LIST NIL / x"`}},
	{"unescaped backslash at the end", "* LIST () \"/\" \"a\\\"\r\n", []string{`list [] "/" "a\\" raw "* LIST () \"/\" \"a\\\""`}},
	{"status", "* STATUS a (b) (X (1) UIDNEXT 3)\r\n* STATUS \"a\"b\" (UIDNEXT 4\r\n* STATUS INBOX UIDNEXT 5\r\n",
		[]string{`status "a (b)" 3`, `status "a\"b" 4`, `status "INBOX" 5`}},
	{"search", "* SEARCH\r\n* SEARCH 3 1:2 0 x {1}\r\n9\r\n* SEARCH 1 2x\r\n* SEARCH 1:99999999999\r\n* SEARCH 1:4294967295\r\n* SEARCH (7 8) (MODSEQ 9)\r\n",
		[]string{"search [] true", "search [3 1 2 9] true", "search [1] false", "search [] false", "search [] false", "search [7 8] true"}},
	{"esearch", "* ESEARCH (TAG \"A3\") UID MIN 1 ALL 2,5:4 MAX 9\r\n", []string{`esearch [2 4 5] true`}},
	{"vanished", "* VANISHED (EARLIER) 1:3,9\r\n* VANISHED x\r\n", []string{"vanished 1:3,9 true", "vanished  false"}},
	{"id with NIL and literal", "* ID (\"name\" {1}\r\nx \"os\" NIL)\r\n", []string{`id [["name" "x"] ["os" ""]]`}},
	{"namespace without inner parentheses", "* NAMESPACE (\"\" \"/\") NIL NIL\r\n", []string{`namespace {[{"" "/"}] [] []}`}},
	{"literal in an unknown response", "* XDATA {10}\r\n* 1 EXISTS \r\n* 2 EXISTS\r\n", []string{"false 0 XDATA", "true 2 EXISTS"}},
	{"braces in free text", "* OK see {5}\r\n* 1 EXISTS\r\nfoo {7}\r\n* 2 EXISTS\r\n",
		[]string{"* OK [] see {5}", "true 1 EXISTS", "foo  [] ", "true 2 EXISTS"}},
}

func TestTranscripts(t *testing.T) {
	for _, c := range transcripts {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "octet by octet": iotest.OneByteReader(strings.NewReader(c.in))} {
				got, err := responses(r)
				if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%s: got error %v, want the end", name, err)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s: -want +got\n%s", name, diff)
				}
			}
		})
	}
}

func TestLineBounds(t *testing.T) {
	long := "* SEARCH" + strings.Repeat(" 1234567", 100_000) + "\r\n"
	d := NewDecoder(strings.NewReader(long+"* 1 EXISTS\r\n"), nil)
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	if uids, ok := d.Search(nil); len(uids) != 100_000 || !ok {
		t.Errorf("got %d UIDs (%v), want 100000", len(uids), ok)
	}
	if r, err := d.Next(); r.Name != "EXISTS" || err != nil {
		t.Errorf("got %v %v after a long line, want EXISTS", r, err)
	}
	d = NewDecoder(io.MultiReader(strings.NewReader("* SEARCH "), endless{}), nil)
	if _, err := d.Next(); !errors.Is(err, ErrLineTooLong) {
		t.Errorf("got error %v for an endless line, want %v", err, ErrLineTooLong)
	}
}

// endless is a server that never ends its line.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

func TestLiteralBounds(t *testing.T) {
	d := NewDecoder(strings.NewReader("* 1 FETCH (BODY[] {99999999999999999999}\r\n"), nil)
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	_ = d.MsgAtt(&imap.Message{}, nil)
	if _, err := d.Next(); !errors.Is(err, ErrLiteralSize) {
		t.Errorf("got error %v, want %v", err, ErrLiteralSize)
	}
	header := strings.Repeat("x", MaxHeader+10)
	d = NewDecoder(strings.NewReader(fmt.Sprintf("* 1 FETCH (BODY[HEADER] {%d}\r\n%s UID 5)\r\n", len(header), header)), nil)
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	var m imap.Message
	if err := d.MsgAtt(&m, nil); err != nil || len(m.Header) != MaxHeader || m.UID != 5 {
		t.Errorf("got %d octets of header, UID %d, %v; want %d, 5", len(m.Header), m.UID, err, MaxHeader)
	}
}

// TestBodyReader checks that a text is exactly its literal, whatever the handler does with it.
func TestBodyReader(t *testing.T) {
	text := strings.Repeat("0123456789", 30_000)
	in := fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s UID 3)\r\n* 9 EXISTS\r\n", len(text), text)
	refused := errors.New("refused")
	for _, c := range []struct {
		name string
		read func(r io.Reader) (string, error)
		want string
		err  error
	}{
		{"all", func(r io.Reader) (string, error) { b, err := io.ReadAll(r); return string(b), err }, text, nil},
		{"copied", func(r io.Reader) (string, error) {
			var b bytes.Buffer
			_, err := io.Copy(&b, r)
			return b.String(), err
		}, text, nil},
		{"nothing", func(io.Reader) (string, error) { return "", nil }, "", nil},
		{"a part", func(r io.Reader) (string, error) {
			b := make([]byte, 7)
			_, err := io.ReadFull(r, b)
			return string(b), err
		}, text[:7], nil},
		{"refused", func(io.Reader) (string, error) { return "", refused }, "", refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(strings.NewReader(in), nil)
			if _, err := d.Next(); err != nil {
				t.Fatal(err)
			}
			var m imap.Message
			var got string
			err := d.MsgAtt(&m, func(_ int64, r io.Reader) (err error) { got, err = c.read(r); return err })
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %d octets, %v; want %d, %v", len(got), err, len(c.want), c.err)
			}
			if c.err != nil {
				return
			}
			if r, err := d.Next(); m.UID != 3 || r.Num != 9 || err != nil {
				t.Errorf("got UID %d, then %v %v; want 3, then 9 EXISTS", m.UID, r, err)
			}
		})
	}
}

// FuzzResponses checks that no stream panics, hangs, or reads beyond its end, and that cutting it into
// single octets changes nothing.
func FuzzResponses(f *testing.F) {
	for _, c := range transcripts {
		f.Add([]byte(c.in))
	}
	f.Add([]byte("* 1 FETCH (ENVELOPE (\"x\" {3}\r\na\r\n NIL) INTERNALDATE \" 1-Feb-1994 21:52:25 -0800\" X-GM-LABELS (\"\\\\Sent\" {1}\r\nx NIL))\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, errW := responses(bytes.NewReader(in))
		pieces, errP := responses(iotest.OneByteReader(bytes.NewReader(in)))
		if diff := cmp.Diff(whole, pieces); diff != "" || fmt.Sprint(errW) != fmt.Sprint(errP) {
			t.Errorf("octet by octet differs (%v, %v):\n%s", errW, errP, diff)
		}
	})
}

// FuzzLiteral checks the framing: whatever a text holds, it comes out unchanged and the response
// behind it is found.
func FuzzLiteral(f *testing.F) {
	f.Add([]byte(""), " UID 1")
	f.Add([]byte("* BYE\r\n{5}\r\n)"), "")
	f.Add([]byte("\x00\xff\n\r"), " FLAGS (\\Seen)")
	f.Fuzz(func(t *testing.T, text []byte, after string) {
		if strings.ContainsAny(after, "\r\n{") || strings.Contains(strings.ToUpper(after), "B") {
			t.Skip("the items after it are not what is tested")
		}
		in := fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s%s)\r\n* 7 EXISTS\r\n", len(text), text, after)
		d := NewDecoder(strings.NewReader(in), nil)
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
		var got []byte
		if err := d.MsgAtt(&imap.Message{}, func(_ int64, r io.Reader) (err error) { got, err = io.ReadAll(r); return err }); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, text) {
			t.Errorf("got %q, want %q", got, text)
		}
		if r, err := d.Next(); r.Num != 7 || err != nil {
			t.Errorf("got %v %v after it, want 7 EXISTS", r, err)
		}
	})
}
