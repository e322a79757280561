// Package stories tells what an administrator does with the command, and what becomes of the
// accounts: one file of testdata per story, run by testscript between two real servers.
//
//	# A folder gets another name on host2.
//	fill host1 before
//	imapsync --regextrans2 s/Sent/Gesendet/
//	stdout '^Messages transferred +: 2\b'
//	holds host2 after
//
//	-- before --
//	INBOX
//	    a1 (\Seen)
//	    a2 2019-05-01T10:00:00+02:00 (\Flagged work) size=3000 subject="Two words"
//	Sent (unsubscribed)
//	-- after --
//	INBOX
//	    a1 (\Seen)
//	    a2 (\Flagged work)
//	Gesendet (unsubscribed)
//
// Accounts are written in lines. A folder begins in the first column, "/" between its parts, without
// the server's prefix. A message is indented: a name, its internal date, its flags, and what its text
// is like: size=N octets, subject=, from=, to=, id= (Message-Id; Date: and others by header="X: y"),
// without=Message-Id, body="text\r\n", line=N (a line of N octets), file=NAME (the octets are those of
// another file of the story, with CRLF) or octets=NAME (as they are). A date is a day (noon, UTC), a
// moment, or -3d for three days ago; without one it is 2020-01-01. The name alone stands for the
// same octets everywhere in a story, so that "holds" can tell them: a line it prints has the name and
// the flags, the date only when it is not the one the message began with ("now" for the last hours),
// "a1 changed size=N" for other octets under a known Message-Id, and "?" for an unknown message.
//
// Commands, beside those of testscript (exec, env, stdin, stdout, stderr, grep, cmp, exists ...):
//
//	fill SIDE FILE         puts folders and messages into the account, beside what is there
//	holds SIDE FILE        compares the whole account; -inorder looks at the order in a folder too
//	empty SIDE             the account has no message, and no folder but INBOX
//	flag SIDE FOLDER NAME FLAGS   gives a message other flags, as its reader would
//	remove SIDE FOLDER NAME       deletes and expunges a message
//	read SIDE FOLDER NAME  prints a message of the account, for stdout, cmp and cp
//	[!] imapsync ARGS      runs the command between both accounts, in clear text, without log file; an
//	                       option that ARGS name (--host1, --ssl2, --nolog ...) is not added
//	[!] program ARGS       runs it with nothing but ARGS
//	imapsync ARGS &        runs it beside the story: await PATTERN, signal TERM, and [!] finish
//	                       (a run reads the story's file named stdin, if it has one)
//	exit CODE              the code of the last run, 128+N for a death by signal N; "! imapsync" only says "not 0"
//	server SIDE NAME       another server, before fill: second, first, gmail, sun, preauth, or one of servers_test.go
//	quota SIDE OCTETS      limits the account, before fill
//
// Variables: HOST1 PORT1 TLSPORT1 USER1 PASSWORD1 TOKEN1 (for OAuth 2) SOCKET1, the same with 2; MASTER
// and MASTERPASSWORD (may sign in as everybody); CA (file of the authority that signed the certificates
// of first and second). host1 is "first" (separator "/", no prefix), host2
// is "second" (".", "INBOX."). The working directory and HOME are the story's own.
//
// "go test ./integration/stories -update" writes what "holds" found into the files; read the diff.
// A test of internal/cli names the options that no story uses. With IMAPSYNC_REFERENCE=FILE the
// stories run on imapsync 2.229 itself, see reference_test.go: a line "# ours: reason" at the top says
// that there is nothing to compare, "# differs: reason" that it is known to do something else, and
// the conditions [ours] and [reference] choose single lines.
package stories
