// Package vectors reads the recorded input and output cases of the reference, revision 2.229, for
// the tests of every package; only tests import it.
//
//   - A topic is one JSON file, a [Case] one recorded call: the behaviour Fn with In gave Out.
//   - A [Value] is a decoded part of a case. Strings are bytes, scalars compare as text.
//   - A [Difference] is a case that this program answers differently on purpose. There is one
//     table of them, in differences.go, and [Check] holds it to the truth: a listed case must
//     really differ, an unlisted one must agree.
//
// The files come from the folder named by the environment variable IMAPSYNC_VECTORS when it is
// set (same names, other cases for the same behaviours), else from testdata/vectors of the module.
package vectors
