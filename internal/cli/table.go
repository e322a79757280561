package cli

import (
	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/folder"
	"imapsync/internal/getopt"
	"imapsync/internal/message"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/report"
	"imapsync/internal/scan"
	"imapsync/internal/state"
	"imapsync/internal/transfer"
)

// options are the option groups of all owners, and the table that fills them.
type options struct {
	table

	host1, host2 endpoint.Options
	common       endpoint.Common
	folder       folder.Options
	message      message.Options
	scan         scan.Options
	rewrite      message.RewriteOptions
	plan         plan.Options
	prune        prune.Options
	transfer     transfer.Options
	migrate      migrate.Options
	state        state.Options
	start        startOptions
	presets      presetOptions
	report       report.Options
	tests        testOptions
}

// newOptions registers every option of the program.
func newOptions() *options {
	o := &options{table: table{getopt.NewSet()}}
	o.migrate.Register(o.Set)
	o.host1.Register(o.Set, account.Host1)
	o.host2.Register(o.Set, account.Host2)
	o.common.Register(o.Set)
	o.folder.Register(o.Set)
	o.message.Register(o.Set)
	o.scan.Register(o.Set)
	o.rewrite.Register(o.Set)
	o.plan.Register(o.Set)
	o.prune.Register(o.Set)
	o.transfer.Register(o.Set)
	o.state.Register(o.Set)
	o.presets.register(o.Set)
	o.report.Register(o.Set)
	o.start.register(o.Set)
	o.tests.register(o.Set)
	registerNoEffect(o.Set)
	return o
}

// side is the group of one account.
func (o *options) side(s account.Side) *endpoint.Options {
	if s == account.Host2 {
		return &o.host2
	}
	return &o.host1
}

// table lets presets and implications speak of options by name. They cross the borders of the
// owners, which is why they live here; nothing but them may read an option by name.
type table struct{ *getopt.Set }

func (t table) option(name string) *getopt.Option {
	o := t.Lookup(name)
	if o == nil {
		panic("cli: no option " + name)
	}
	return o
}

func (t table) given(name string) bool { return t.option(name).Given() }

// text is the last value given, "" when there is none.
func (t table) text(name string) string {
	texts := t.option(name).Texts()
	if len(texts) == 0 {
		return ""
	}
	return texts[len(texts)-1]
}

// on reports whether the value is one that Perl calls true.
func (t table) on(name string) bool {
	text := t.text(name)
	return text != "" && text != "0"
}

// give sets a value, or adds one to a list.
func (t table) give(name, text string) {
	if err := t.option(name).SetText(text); err != nil {
		panic("cli: " + err.Error())
	}
}

// giveUnset sets a value that the user left open.
func (t table) giveUnset(name, text string) {
	if !t.given(name) {
		t.give(name, text)
	}
}
