package perlre

// runVariables are the names that users of the reference put into replacements as $sync->{name}:
// what a run knows about its accounts and the folder it is at.
var runVariables = map[string]bool{
	"user1": true, "user2": true, "host1": true, "host2": true,
	"h1_current_folder": true, "h2_current_folder": true,
	"h1_prefix": true, "h2_prefix": true, "h1_sep": true, "h2_sep": true, "subfolder2": true,
}

// RunVariable is a lookup for [Variables] when an expression is parsed before there is a run: it
// knows the names that [Subst.Bind] will have values for, all empty.
func RunVariable(name string) (value string, ok bool) { return "", runVariables[name] }
