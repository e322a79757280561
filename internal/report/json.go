package report

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"imapsync/internal/event"
)

// JSON writes every event as one object on its own line, for programs. The fields are a contract,
// docs/json.md: some may be added, none changes its meaning. It is safe for concurrent use; output
// is delayed by a fraction of a second, see Flush.
type JSON struct {
	buffer
	now func() time.Time
}

// NewJSON makes a sink that writes to w, which stays the caller's.
func NewJSON(w io.Writer) *JSON { return &JSON{buffer: buffer{out: w}, now: time.Now} }

// Emit writes e.
func (j *JSON) Emit(e event.Event) { j.write(jsonEvent(e)) }

// Summary writes the last object of a run: all statistics and the exit value.
func (j *JSON) Summary(s Statistics, exit int) { j.write("summary", jsonSummary(s, exit)) }

// write puts the type and the time in front of the other fields.
func (j *JSON) write(kind string, fields object) {
	head := marshal(struct {
		Type string    `json:"type"`
		Time time.Time `json:"time"`
	}{kind, j.now().UTC()})
	tail := []byte("}")
	if len(fields) > 0 {
		tail = marshal(fields)
		tail[0] = ','
	}
	j.update(func(b []byte) []byte {
		b = append(b, head[:len(head)-1]...)
		return append(append(b, tail...), '\n')
	})
}

// marshal leaves "&" as it is: folder names in modified UTF-7 are full of it.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // the types of this package marshal
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
