package report

import (
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

// Summary writes the last object of a run: all statistics and the exit value. It flushes, and
// returns the first error of any writing.
func (j *JSON) Summary(s Statistics, exit int) error {
	j.write("summary", jsonSummary(s, exit))
	return j.Flush()
}

// write puts the type and the time in front of the fields of v.
func (j *JSON) write(kind string, v any) {
	head, err := json.Marshal(struct {
		Type string    `json:"type"`
		Time time.Time `json:"time"`
	}{kind, j.now().UTC()})
	if err != nil {
		panic(err) // only a clock outside the years 0 to 9999 can do this
	}
	fields, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types of this package marshal
	}
	j.update(func(b []byte) []byte {
		b = append(b, head[:len(head)-1]...)
		if len(fields) > len("{}") {
			b = append(append(b, ','), fields[1:len(fields)-1]...)
		}
		return append(b, "}\n"...)
	})
}
