// Package wire is the syntax of IMAP as octets: a tolerant decoder of server responses and an
// encoder of commands. It keeps no session state and decides nothing.
//
//   - A response is read physical line by physical line. A line may end with a literal's announcement,
//     then the literal's octets follow and another line continues the response.
//   - Literals of message texts are streamed to the caller and never held. Header literals are held up
//     to [MaxHeader] octets, others up to [MaxLiteral]; what exceeds is dropped.
//   - Tolerance: a value that can be read without doubt in another form is read, any other is left
//     out, and the rest of the line still counts. An unreadable line costs that line only. Each
//     leniency names a server known to need it.
package wire
