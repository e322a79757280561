package server

import "imapsync/internal/imap"

// state is when a command is valid (RFC 3501 section 3).
type state uint8

const (
	anyState state = iota
	notLoggedIn
	loggedIn
	selected
)

// handler carries out one command: it reads the arguments up to the CRLF, then acts. It returns
// nil for OK, a *Refusal for NO, a syntaxError for BAD; anything else ends the connection.
type handler struct {
	state state
	needs imap.Capability // understood only with this capability
	run   func(*session, *command) error
}

var handlers, uidHandlers map[string]handler

// The tables are filled at start because the handlers refer to them through session.command.
func init() {
	handlers = map[string]handler{
		"CAPABILITY":   {anyState, "", (*session).capability},
		"NOOP":         {anyState, "", (*session).noop},
		"LOGOUT":       {anyState, "", (*session).logout},
		"ID":           {anyState, imap.CapID, (*session).id},
		"STARTTLS":     {notLoggedIn, imap.CapSTARTTLS, (*session).startTLSCommand},
		"LOGIN":        {notLoggedIn, "", (*session).login},
		"AUTHENTICATE": {notLoggedIn, "", (*session).authenticate},
		"PROXYAUTH":    {loggedIn, capProxyAuth, (*session).proxyAuth},
		"COMPRESS":     {loggedIn, imap.CapCompress, (*session).compressCommand},
		"ENABLE":       {loggedIn, imap.CapEnable, (*session).enable},
		"NAMESPACE":    {loggedIn, imap.CapNamespace, (*session).namespace},
		"LIST":         {loggedIn, "", (*session).list},
		"LSUB":         {loggedIn, "", (*session).list},
		"XLIST":        {loggedIn, imap.CapXList, (*session).list},
		"STATUS":       {loggedIn, "", (*session).status},
		"SELECT":       {loggedIn, "", (*session).selectMailbox},
		"EXAMINE":      {loggedIn, "", (*session).selectMailbox},
		"CREATE":       {loggedIn, "", (*session).create},
		"DELETE":       {loggedIn, "", (*session).deleteMailbox},
		"RENAME":       {loggedIn, "", (*session).rename},
		"SUBSCRIBE":    {loggedIn, "", (*session).subscribe},
		"UNSUBSCRIBE":  {loggedIn, "", (*session).subscribe},
		"APPEND":       {loggedIn, "", (*session).append},
		"GETQUOTAROOT": {loggedIn, imap.CapQuota, (*session).quotaRoot},
		"GETQUOTA":     {loggedIn, imap.CapQuota, (*session).quota},
		"IDLE":         {loggedIn, capIdle, (*session).idle},
		"CHECK":        {selected, "", (*session).noop},
		"CLOSE":        {selected, "", (*session).closeMailbox},
		"UNSELECT":     {selected, capUnselect, (*session).unselectCommand},
		"EXPUNGE":      {selected, "", (*session).expunge},
		"FETCH":        {selected, "", (*session).fetch},
		"STORE":        {selected, "", (*session).store},
		"COPY":         {selected, "", (*session).copyOrMove},
		"MOVE":         {selected, capMove, (*session).copyOrMove},
		"SEARCH":       {selected, "", (*session).search},
		"UID":          {selected, "", nil},
	}
	uidHandlers = map[string]handler{
		"FETCH":   {selected, "", (*session).fetch},
		"STORE":   {selected, "", (*session).store},
		"COPY":    {selected, "", (*session).copyOrMove},
		"MOVE":    {selected, capMove, (*session).copyOrMove},
		"SEARCH":  {selected, "", (*session).search},
		"EXPUNGE": {selected, imap.CapUIDPlus, (*session).expunge},
	}
}
