package cli

// saferRows are the options that do less harm than in 2.229, each with the row of
// docs/differences.md that says how. The help and docs/options.md show it.
var saferRows = map[string]int{
	"password1": 11, "password2": 11, "oauthaccesstoken1": 11, "oauthaccesstoken2": 11, "oauthdirect1": 11, "oauthdirect2": 11,
	"ssl1": 10, "ssl2": 10, "tls1": 10, "tls2": 10, "sslargs1": 10, "sslargs2": 10,
	"proxyauth1": 12, "proxyauth2": 12, "trylogin": 13,
	"logfile": 14, "pidfile": 14,
	"search": 9, "maxage": 9, "minage": 9,
	"useheader": 19, "idatefromheader": 18,
	"dry":     6,
	"delete1": 4, "expunge1": 6, "delete1emptyfolders": 17,
	"delete2": 3, "delete2duplicates": 8, "delete2folders": 8, "delete2foldersonly": 7, "delete2foldersbutnot": 7,
	"foldersizes": 21, "foldersizesatend": 21,
	"regextrans2": 7, "include": 7, "exclude": 7, "f1f2": 7,
	"gmail2": 23,
}
