// Limit moves the messages of one account to another and does nothing else: no identity, no flags to
// compare, no log, no recovery. It is the yardstick of the benchmarks: what servers and line allow to
// a given number of connections a side and of messages in one APPEND.
//
// It lists the source once and cuts the account into one stretch a connection. Each connection to the
// source asks for everything at once; each literal goes from socket to socket; the connection to the
// destination creates the folders and appends, and never waits for an answer. Where the server has no
// LITERAL+ it must wait for leave before each literal.
//
// With -read it moves nothing: it reads of both accounts at once what a second run has to know.
package main

import (
	"flag"
	"log"
	"sync"
)

func main() {
	log.SetFlags(0)
	var j job
	flag.StringVar(&j.from, "from", "", "address of the source, host:port")
	flag.StringVar(&j.to, "to", "", "address of the destination")
	flag.StringVar(&j.user1, "user1", "", "source account")
	flag.StringVar(&j.user2, "user2", "", "destination account")
	flag.StringVar(&j.password, "password", "", "password of both")
	flag.StringVar(&j.prefix, "prefix", "", "what the destination's folders begin with")
	flag.IntVar(&j.connections, "connections", 1, "connections a side")
	flag.IntVar(&j.batch, "batch", 20, "messages in one APPEND, where the server has MULTIAPPEND")
	read := flag.String("read", "", "status, flags or msgid: read that of both sides, move nothing")
	flag.Parse()

	if *read == "" {
		j.move()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { readAll(open(j.from, j.user1, j.password), *read) })
	both.Go(func() { readAll(open(j.to, j.user2, j.password), *read) })
	both.Wait()
}

type job struct {
	from, to, user1, user2, password, prefix string
	connections, batch                       int
}

// move copies the account.
func (j job) move() {
	sources, destinations := make(chan *conn, j.connections), make(chan *conn, j.connections)
	for range j.connections {
		go func() { sources <- open(j.from, j.user1, j.password) }()
		go func() { destinations <- open(j.to, j.user2, j.password) }()
	}
	first := <-sources
	shares := divide(first.folders(), j.connections)
	var all sync.WaitGroup
	for i, share := range shares {
		all.Go(func() {
			src := first
			if i > 0 {
				src = <-sources
			}
			dst := <-destinations
			pair{src: src, dst: dst, prefix: j.prefix, batch: j.batch}.move(share)
		})
	}
	all.Wait()
}
