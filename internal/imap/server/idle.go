package server

import (
	"strings"
)

// idle reports changes as they happen until the client says DONE (RFC 2177).
func (s *session) idle(*command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	s.bw.WriteString("+ idling\r\n")
	if err := s.flush(); err != nil {
		return err
	}
	// The reading goroutine ends with the DONE line or with the connection, and is waited for
	// either way; meanwhile this one alone writes. It must not flush, so it reads below the
	// flushing reader.
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	s.idling.Store(true)
	go func() {
		line, err := s.br.ReadSlice('\n')
		done <- result{string(line), err}
	}()
	var wake chan struct{}
	if s.view != nil {
		wake = s.view.wake
	}
	for {
		select {
		case <-wake:
			err := s.sync(true)
			if err == nil {
				err = s.flush()
			}
			if err != nil {
				s.line("BYE ", err.Error())
				s.flush()
				s.conn.Close()
				<-done
				s.idling.Store(false)
				return err
			}
		case r := <-done:
			s.idling.Store(false)
			if r.err != nil {
				return r.err
			}
			if !strings.EqualFold(strings.TrimRight(r.line, "\r\n"), "DONE") {
				s.p.lineEnd = true
				return syntaxError("Expected DONE")
			}
			return nil
		}
	}
}
