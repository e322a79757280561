package report

import "time"

// Run is what the faces must know of a run and no event tells.
type Run struct {
	Start        time.Time
	Host1, Host2 Endpoint
	Dry          bool
	JustFolders  bool // no verdict about messages
	SizesAtEnd   bool // sizes are taken before and after: the differences are printed
	ErrorsDump   bool // list the errors at the end
	ErrorsMax    int64
	ReleaseCheck bool  // the user asked for newer releases
	ExitWhenOver int64 // octets, 0 for no limit
}

// Endpoint is one side of a run as users name it.
type Endpoint struct {
	Host string
	Port int
	User string
}
