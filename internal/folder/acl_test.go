package folder

import (
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

func TestVectorsACL(t *testing.T) {
	for _, c := range vectors.Load(t, "acl", "acls_sync") {
		dry := c.In.Field("dry").Bool()
		printed, set := "", [][]string{}
		if on := c.In.Field("syncacls"); !on.Present() || on.Bool() {
			for _, s := range ACLSteps(entries(c.In.Field("acl1")), entries(c.In.Field("acl2")), "") {
				printed += s.Text("F2", dry) + "\n"
				if s.Action == SetACL && !dry {
					set = append(set, []string{"F2", s.Identifier, s.Rights1})
				}
			}
		}
		vectors.Check(t, c, map[string]any{"printed": printed, "setacl": set})
	}
}

func entries(v vectors.Value) []imap.ACLEntry {
	var list []imap.ACLEntry
	for id, rights := range v.Map() {
		list = append(list, imap.ACLEntry{Identifier: id, Rights: rights.Str()})
	}
	return list
}

// TestACLOfOurselves has the user of host2 unknown on host1: without its rights no later run could
// do anything there.
func TestACLOfOurselves(t *testing.T) {
	steps := ACLSteps([]imap.ACLEntry{{Identifier: "ann", Rights: "lrs"}}, []imap.ACLEntry{{Identifier: "ann2", Rights: "lrswipkxtea"}}, "ann2")
	if len(steps) != 2 || steps[0].Action != SetACL || steps[1].Action != KeepOwnACL {
		t.Errorf("got %+v, want ann set and ann2 kept", steps)
	}
	steps = ACLSteps([]imap.ACLEntry{{Identifier: "bob", Rights: "lrs"}}, []imap.ACLEntry{{Identifier: "bob", Rights: "srl"}}, "ann2")
	if len(steps) != 1 || steps[0].Action != KeepACL {
		t.Errorf("got %+v, want rights in another order kept", steps)
	}
	steps = ACLSteps([]imap.ACLEntry{{Identifier: "ann2", Rights: "lr"}}, []imap.ACLEntry{{Identifier: "ann2", Rights: "lrs"}}, "ann2")
	if len(steps) != 1 || steps[0].Action != SetACL {
		t.Errorf("got %+v, want what host1 says of ann2", steps)
	}
}
