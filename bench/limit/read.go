package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
)

// readings are what a second run may have to know of every message.
var readings = map[string]string{
	"flags": "(UID FLAGS)",
	"msgid": "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
}

// readAll reads that of all folders of one side; "status" is the list of folders alone.
func readAll(k *conn, what string) {
	folders := k.folders()
	if what == "status" {
		return
	}
	items := readings[what]
	if items == "" {
		log.Fatalf("cannot read %q", what)
	}
	for _, f := range folders {
		fmt.Fprintf(k.w, "e EXAMINE %q\r\nf FETCH 1:* %s\r\n", f.name, items)
	}
	k.flush()
	for answered := 0; answered < len(folders); {
		b := k.line()
		switch {
		case bytes.HasPrefix(b, []byte("f OK")):
			answered++
		case bytes.HasPrefix(b, []byte("f ")), bytes.HasPrefix(b, []byte("e NO")):
			log.Fatalf("%s", b)
		default:
			if n := literal(string(b)); n >= 0 {
				io.CopyN(io.Discard, k.r, n)
			}
		}
	}
}
