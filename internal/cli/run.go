package cli

import (
	"context"
	"errors"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/message"
	"imapsync/internal/migrate"
	"imapsync/internal/sasl"
	"imapsync/internal/transfer"
)

// configuration is the checked form of all options about the accounts.
type configuration struct{ migrate.Config }

func (c *configuration) side(side account.Side) *endpoint.Endpoint {
	if side == account.Host2 {
		return c.Host2
	}
	return c.Host1
}

// justConnect reports whether nobody signs in.
func (c *configuration) justConnect() bool {
	return c.Missing || c.Options.JustConnect.Value
}

// configure turns the options into a configuration. The problems are everything that their owners
// find wrong with them.
func (s *session) configure() (problems []string) {
	add := func(errs []error) {
		for _, err := range errs {
			problems = append(problems, err.Error())
		}
	}
	o := s.o
	late := event.Func(func(e event.Event) { s.out.Emit(e) }) // the output is opened later
	for i, side := range account.Sides {
		secret := &s.secrets[i] // asked for later
		e, errs := endpoint.New(side, *o.side(side), o.common,
			func(context.Context) (sasl.Secret, error) { return *secret, nil }, late)
		add(errs)
		if side == account.Host1 {
			s.cfg.Host1 = e
		} else {
			s.cfg.Host2 = e
		}
	}
	rules, errs := o.folder.Compile()
	add(errs)
	identifier, err := message.NewIdentifier(o.message)
	if err != nil {
		add([]error{err})
	}
	selections, notes, errs := o.scan.Compile(s.start)
	add(errs)
	s.notes = append(s.notes, notes...)
	s.cfg.Rewriter, errs = message.NewRewriter(o.rewrite, o.message.AddHeader.Value)
	add(errs)
	_, errs = o.plan.Rules(false)
	add(errs)
	add(o.report.Validate())
	add(o.transfer.Validate())
	s.cfg.Delete, errs = o.prune.Compile()
	add(errs)
	s.cfg.Config.Folders = rules
	s.cfg.Identity = identifier
	s.cfg.Selections = selections
	s.cfg.Options = o.migrate
	s.cfg.Messages = o.plan
	s.cfg.State = o.state.Settle(s.temporaryDirectory())
	s.cfg.Transfer = o.transfer
	s.cfg.Rate = transfer.NewRate(o.transfer)
	s.cfg.Mail = migrate.Mail{Host1: o.report.Mail1.Value, Host2: o.report.Mail2.Value,
		Text: func() []byte { return s.totals.Finish(s.now()).Mail(o.report.MailFrom.Value) }}
	s.cfg.ExplainFlags = o.report.DebugFlags.Value
	s.cfg.ExplainLabels = o.report.DebugLabels.Value
	s.cfg.Missing = truthy(o.host1.Host.Value) == "" || truthy(o.host2.Host.Value) == "" ||
		truthy(o.host1.User.Value) == "" || truthy(o.host2.User.Value) == ""
	return problems
}

// outcome is how a command line ended.
type outcome struct {
	code   int
	silent bool // no exit line: --abort
	run    bool // the engine ended by itself
	end    migrate.End
}

// failed reports an error that ends the program before the engine.
func (s *session) failed(err error) outcome {
	var f *fault.Error
	if !errors.As(err, &f) {
		f = &fault.Error{Text: err.Error(), Err: err}
	}
	if errors.Is(err, context.Canceled) || f.Text == "" {
		return outcome{code: stopCode(err)}
	}
	s.out.Emit(event.Failed{Err: f})
	return outcome{code: stopCode(err)}
}

// migrate carries out the run.
func (s *session) migrate(ctx context.Context) outcome {
	limits, stop := context.WithCancel(ctx)
	defer stop()
	limitMemory(limits, s.getenv)
	s.cfg.TempDir = s.tmpdir
	s.cfg.Command = s.shell().Run
	result := migrate.Run(ctx, s.cfg.Config, s.out)
	o := outcome{run: true, end: result.End}
	if line := s.stopLine(result); line != "" {
		s.out.say(line)
	}
	switch result.End {
	case migrate.LoggedIn, migrate.Listed, migrate.Sized:
		// 0 even if errors were counted, as in the reference.
	case migrate.Connected:
		if len(result.Errors) > 0 {
			o.code = stopCode(result.Errors[0])
		}
	case migrate.Finished, migrate.NotSignedIn, migrate.Failed, migrate.TooMany, migrate.Interrupted:
		o.code = runCode(s.totals)
	}
	return o
}

// stopLine tells which option made the run end before the folders were synced.
func (s *session) stopLine(result migrate.Result) string {
	switch result.End {
	case migrate.Connected:
		if len(result.Errors) > 0 {
			return ""
		}
		return "Exiting after a justconnect on host(s): " + s.cfg.Host1.Host() + " " + s.cfg.Host2.Host()
	case migrate.LoggedIn:
		return "Exiting because of --justlogin"
	case migrate.Sized:
		return "Exiting because of --justfoldersizes"
	case migrate.Listed:
		if s.cfg.Config.Folders.JustLists {
			return "Exiting because of --justfolderlists"
		}
		return "Exiting because of --justautomap"
	case migrate.Finished, migrate.NotSignedIn, migrate.Failed, migrate.TooMany, migrate.Interrupted:
	}
	return ""
}

// reconnect remakes the connections of both sides once the commands in hand are finished. Before
// both sides are signed in there is nothing to remake.
func (s *session) reconnect() {
	if s.out.signedIn.Load() < 2 {
		return
	}
	for _, side := range account.Sides {
		e := s.cfg.side(side)
		s.out.say("Info: reconnecting to " + side.String() + " imap server " + e.Host())
		e.ReconnectAll()
	}
}
