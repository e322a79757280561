package event

// Letter names a message as people do. What is not known is empty; texts are those of the header,
// undecoded, without its line ends.
type Letter struct {
	MessageID string
	From      string
	Subject   string
}

// Known tells whether anything is known.
func (l Letter) Known() bool { return l != Letter{} }
