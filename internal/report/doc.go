// Package report holds the faces of a run: sinks that listen to the one stream of package event,
// and the lines that open and close a run.
//
//   - [Text] prints the log in the words of the reference; [JSON] writes one object per line;
//     [Progress] keeps one line at the bottom of a terminal.
//   - [Totals] adds the stream up. [Totals.Finish] gives the [Statistics], from which the final
//     block, the verdict, the table of what was left behind and the JSON summary are made.
//   - [Banner] says where and how the program runs; [ExitLine] is the last line scripts look for.
//
// Nothing here decides anything about messages, opens files or chooses the exit code.
package report
