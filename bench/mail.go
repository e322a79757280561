package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"imapsync/integration/fixtures"
)

// begin is the date of the first message of every account.
var begin = time.Date(2020, 9, 13, 12, 0, 0, 0, time.UTC)

var flagSets = [][]string{nil, {`\Seen`}, {`\Seen`, `\Answered`}, {`\Flagged`}, {`\Seen`}}

// random is what bodies are cut from, base64 in lines; making it anew for each would take longer
// than copying.
var random = sync.OnceValue(func() []byte {
	r := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	chunk := make([]byte, 57)
	for b.Len() < 4<<20 {
		for i := range chunk {
			chunk[i] = byte(r.Uint32())
		}
		b.WriteString(base64.StdEncoding.EncodeToString(chunk))
		b.WriteString("\r\n")
	}
	return b.Bytes()
})

const lineLength = 78

// letter is message number i of an account, of about size octets.
func letter(i, size int, r *rand.Rand) fixtures.Message {
	at := begin.Add(time.Duration(i) * 10 * time.Minute)
	stamp := at.Format(time.RFC1123Z)
	var b bytes.Buffer
	b.Grow(size + 2*lineLength)
	fmt.Fprintf(&b, "Received: from mx%d.example.org by mail.example.net\r\n\twith ESMTP id Q%08d; %s\r\n", i%13, i, stamp)
	fmt.Fprintf(&b, "Date: %s\r\nFrom: Sender %d <s%d@example.org>\r\nTo: User <u@example.net>\r\nSubject: letter %d\r\n", stamp, i%97, i%97, i)
	fmt.Fprintf(&b, "Message-Id: <bench-%d-%08x@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nletter %d\r\n",
		i, r.Uint32(), i)
	random := random()
	start := r.IntN(len(random)/lineLength/2) * lineLength
	for b.Len() < size {
		n := min((size-b.Len()+lineLength)/lineLength*lineLength, len(random)-start)
		b.Write(random[start : start+n])
		start = 0
	}
	return fixtures.Message{Raw: b.Bytes(), Flags: flagSets[i%len(flagSets)], Date: at}
}

// folderOf holds letters with numbers from first on, of the given sizes.
func folderOf(name string, first int, sizes []int) fixtures.Folder {
	return fixtures.Folder{Parts: []string{name}, Messages: iter.Seq[fixtures.Message](func(yield func(fixtures.Message) bool) {
		r := rand.New(rand.NewPCG(42, uint64(first)))
		for i, size := range sizes {
			if !yield(letter(first+i, size, r)) {
				return
			}
		}
	})}
}

// small is n messages of about 4 KB in INBOX.
func small(n int) fixtures.Account {
	r := rand.New(rand.NewPCG(1, 1))
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = 3600 + r.IntN(900)
	}
	return fixtures.Account{folderOf("INBOX", 0, sizes)}
}

// sameSize is n messages of one size in INBOX.
func sameSize(n, size int) fixtures.Account {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = size
	}
	return fixtures.Account{folderOf("INBOX", 0, sizes)}
}

// mixed is n messages in 20 folders as mail is: half of them below 15 KB, and four of 5 to 20 MB.
func mixed(n int) fixtures.Account {
	const folders = 20
	r := rand.New(rand.NewPCG(42, 42))
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = max(900, min(4<<20, int(15000*math.Exp(1.794*r.NormFloat64()))))
	}
	for i, mb := range []int{5, 8, 12, 20} {
		sizes[(i+1)*n/5] = mb << 20
	}
	var a fixtures.Account
	for i := range folders {
		from, to := i*n/folders, (i+1)*n/folders
		a = append(a, folderOf(fmt.Sprintf("box%02d", i), from, sizes[from:to]))
	}
	return a
}

// manyFolders is n folders of 10 messages of 2 KB.
func manyFolders(n int) fixtures.Account {
	var a fixtures.Account
	for i := range n {
		a = append(a, folderOf(fmt.Sprintf("d%03d", i), i*10, []int{2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000}))
	}
	return a
}
