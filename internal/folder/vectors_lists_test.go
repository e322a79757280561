package folder

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

func mailboxes(v vectors.Value) (out []imap.Mailbox) {
	for _, m := range v.List() {
		out = append(out, imap.Mailbox{Name: imap.MailboxName(m.Field("name").Str()), Attrs: m.Field("attrs").Strs()})
	}
	return out
}

func TestVectorsSpecialFolders(t *testing.T) {
	for _, c := range vectors.Load(t, "special_folders") {
		var got any
		switch c.Fn {
		case "build_possible_special":
			uses := make(map[string]string)
			for _, row := range specialNames {
				for _, name := range row.names {
					uses[string(name)] = row.use
				}
			}
			got = uses
		case "guess_special":
			name := c.In.Field("folder").Str()
			got = guessUse(imap.MailboxName(name), c.In.Field("prefix").Str())
			// The reference's table has both directions: asked for a use it answers the names.
			for _, row := range specialNames {
				if row.use == name {
					got = row.names
				}
			}
		case "special_from_folders_hash":
			var said lines
			u := specialUses("Host1", mailboxes(c.In.Field("folders")), said.say)
			both := make(map[string]string)
			for name, use := range u.of {
				both[string(name)] = use
			}
			for use, name := range u.target {
				both[use] = string(name)
			}
			got = map[string]any{"printed": said.String(), "special": both}
		case "automap":
			got = map[string]any{"map": automapOf(c.In)}
		}
		vectors.Check(t, c, got)
	}
}

// automapOf makes the plan of two accounts with --automap and gives its table.
func automapOf(in vectors.Value) map[string]string {
	b := &builder{
		rules: &Rules{},
		src:   newView(account.Host1, Account{Mailboxes: mailboxes(in.Field("folders1"))}),
		dst:   newView(account.Host2, Account{Mailboxes: mailboxes(in.Field("folders2"))}),
		plan: &Plan{Src: Layout{Prefix: in.Field("prefix1").Str()},
			Dst: Layout{Prefix: in.Field("prefix2").Str()}},
		automap: true,
	}
	b.wanted = b.src.names
	if in.Has("wanted") {
		b.wanted = names(in.Field("wanted").Strs())
	}
	_ = b.special()
	out := make(map[string]string)
	for src, dst := range b.auto {
		out[string(src)] = string(dst)
	}
	return out
}

func TestVectorsFolderSelection(t *testing.T) {
	for _, c := range vectors.Load(t, "folder_selection") {
		var got any
		strs := func(field string) []string { return c.In.Field(field).Strs() }
		switch c.Fn {
		case "folder_selection":
			got = selected(t, c.In)
		case "sort_requested_folders":
			got = order(setOf(strs("requested")), strs("folderfirst"), strs("folderlast"))
		case "list_folders_in_2_not_in_1":
			got = extra(names(strs("folders2")), setOf(strs("folders1")), setOf(strs("mapped_from_1")))
		case "delete2folders":
			got = deleted(c.In)
		}
		vectors.Check(t, c, got)
	}
}

// selected gives the wanted folders by the options of the case. What the server lists under the
// values of --folderrec is part of the case.
func selected(t *testing.T, in vectors.Value) any {
	t.Helper()
	strs := func(field string) []string { return in.Field(field).Strs() }
	rec := in.Field("folderrec").Map()
	opts := Options{Folders: strs("folder"), Include: strs("include"), Exclude: strs("exclude"),
		FolderFirst: strs("folderfirst"), FolderLast: strs("folderlast"),
		Subscribed: getopt.Bool{Given: true, Value: in.Has("subscribed")}}
	if check := in.Field("checkfoldersexist"); check.Present() {
		opts.CheckFoldersExist = getopt.Bool{Given: true, Value: check.Bool()}
	}
	rules, problems := opts.Compile()
	if problems != nil {
		return exit64
	}
	var all []imap.Mailbox
	for _, name := range names(strs("all")) {
		all = append(all, imap.Mailbox{Name: name})
	}
	b := &builder{rules: rules, plan: &Plan{}, src: newView(account.Host1, Account{Mailboxes: all})}
	s := &selection{rules: rules, all: b.src.names, wanted: make(map[imap.MailboxName]bool), say: silent}
	var recursive []imap.MailboxName
	for root := range rec {
		recursive = append(recursive, imap.MailboxName(root))
	}
	err := s.choose(names(strs("subscribed")), recursive, func(root imap.MailboxName) []imap.MailboxName {
		return names(rec[string(root)].Strs())
	})
	if err != nil {
		t.Fatal(err)
	}
	b.wanted = order(s.wanted, opts.FolderFirst, opts.FolderLast)
	_ = b.checkExist()
	return b.wanted
}

func deleted(in vectors.Value) any {
	option := func(field string) getopt.String {
		v := in.Field(field)
		return getopt.String{Given: v.Present(), Value: v.Str()}
	}
	f, problems := ParseDeleteFilter(option("delete2foldersonly"), option("delete2foldersbutnot"))
	if problems != nil {
		return exit64
	}
	var said lines
	gone := []string{}
	for _, name := range in.Field("folders").Strs() {
		ok, why := f.Allows(imap.MailboxName(name))
		if !ok {
			said.say("%s", why)
			continue
		}
		gone = append(gone, name)
		suffix := ""
		if in.Field("dry").Bool() {
			suffix = "\t(not really since --dry mode)"
		}
		said.say("Deleted %s%s", name, suffix)
	}
	if in.Field("dry").Bool() {
		gone = []string{}
	}
	return map[string]any{"deleted": gone, "printed": said.String()}
}

func TestVectorsJux(t *testing.T) {
	for _, c := range vectors.Load(t, "utf7", "jux_utf8", "jux_utf8_list") {
		if c.Fn == "jux_utf8" {
			vectors.Check(t, c, Jux(imap.MailboxName(c.In.Field("name").Str())))
		} else {
			vectors.Check(t, c, JuxList(names(c.In.Field("names").Strs())))
		}
	}
}

func TestVectorsSubfolderAndF1F2Values(t *testing.T) {
	for _, c := range vectors.Load(t, "strings", "sanitize_subfolder", "make_f1f2") {
		var got any
		if c.Fn == "make_f1f2" {
			pairs, problems := parseF1F2(c.In.Field("f1f2").Strs())
			got = pairs
			if problems != nil {
				got = exit64
			}
		} else if clean := sanitizeSubfolder(c.In.Field("subfolder").Str()); clean != "" {
			got = clean
		}
		vectors.Check(t, c, got)
	}
}

func TestVectorsCreateFolder(t *testing.T) {
	for _, c := range vectors.Load(t, "create_folder") {
		vectors.Check(t, c, create(c))
	}
}

// create carries a Creation out on a server that is a list of names.
func create(c vectors.Case) any {
	in := c.In
	rules := &Rules{MixFolders: true, CreateOldWay: in.Field("create_folder_old").Bool()}
	if mix := in.Field("mixfolders"); mix.Present() {
		rules.MixFolders = mix.Bool()
	}
	if in.Field("nomixfolders").Bool() {
		rules.MixFolders = false
	}
	dst := imap.MailboxName(in.Field("folder").Str())
	existing := setOf(in.Field("existing").Strs())
	exists := func(name imap.MailboxName) bool {
		return existing[name] || name.IsInbox() && slices.ContainsFunc(sorted(existing), imap.MailboxName.IsInbox)
	}
	plan := rules.Creation(dst, in.Field("sep2").Str(), exists)

	creating, done := "Creating", "Created"
	if rules.CreateOldWay {
		creating, done = "Creating (old way)", "Created ( the old way )"
	}
	var said lines
	var sent []imap.MailboxName
	failures, usable := 0, plan.Outcome.Usable()
	if plan.Outcome != CreateIt {
		said.say("%s folder [%s] on host2", creating, dst)
	}
	for _, name := range slices.Backward(plan.Create) {
		said.say("%s folder [%s] on host2", creating, name)
	}
	switch plan.Outcome {
	case CreateIt:
	case AlreadyInbox:
		said.say("Folder [%s] already exists", dst)
	case AlreadyThere:
		said.say("Folder [%s] already exists (--nomixfolders is not set)", dst)
	case RefusedMixing:
		said.say("Folder [%s] already exists and --nomixfolders is set", dst)
	}
	for _, name := range plan.Create {
		switch {
		case in.Field("dry").Bool():
			said.say("%s folder [%s] on host2 \t(not really since --dry mode)", done, name)
			if !in.Field("justfolders").Bool() && !rules.CreateOldWay {
				said.say("Since --dry mode is on and folder [%s] on host2 does not exist yet, syncing messages will not be simulated.", name)
				said.say("To simulate message syncing, use --justfolders without --dry to first create the missing folders then rerun the --dry sync.")
			}
		default:
			sent = append(sent, name)
			if slices.Contains(in.Field("fail").Strs(), string(name)) || exists(name) {
				failures++
				usable = exists(name)
				said.say("%s", refusal(c, name))
				continue
			}
			said.say("%s folder [%s] on host2", done, name)
			existing[name] = true
			usable = true
		}
	}
	return map[string]any{"create": sent, "nb_errors": failures, "printed": said.String(), "ret": usable}
}

// refusal is the line about a refused CREATE. The server's words in it are no part of the input,
// so they are taken from the recorded line.
func refusal(c vectors.Case, name imap.MailboxName) string {
	begin := fmt.Sprintf("Could not create folder [%s] from [", name)
	for line := range strings.Lines(c.Out.Field("printed").Str()) {
		if strings.HasPrefix(line, begin) {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return begin
}
