package cli

import (
	"context"
	"os"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/pipe"
)

// shell runs the commands of --pipemess and --maxlinelengthcmd.
func (s *session) shell() pipe.Runner {
	return pipe.Runner{Say: s.out.say, Environ: os.Environ()}
}

// checkContent tries the commands on a single space, before anything is connected, and says that the
// expressions, which were compiled long ago, are good.
func (s *session) checkContent(ctx context.Context) error {
	o := &s.o.rewrite
	pipes, line := o.Commands()
	if len(pipes) > 0 {
		s.out.say("Checking each --pipemess command, " + strings.Join(pipes, ", ") + ", with an space string. ( Can avoid this check with --nopipemesscheck )")
		if err := s.try(ctx, "one of --pipemess command", pipes...); err != nil {
			return err
		}
		s.out.say("Ok with each --pipemess " + strings.Join(pipes, " "))
	}
	if line != "" {
		s.out.say("Checking --maxlinelengthcmd command, " + line + ", with an space string.")
		if err := s.try(ctx, "--maxlinelengthcmd command", line); err != nil {
			return err
		}
		s.out.say("Ok with --maxlinelengthcmd " + line)
	}
	for _, list := range []struct {
		option      string
		expressions int
	}{{"regexmess", len(o.RegexMess)}, {"skipmess", len(o.SkipMess)}} {
		if list.expressions > 0 {
			s.out.say("Checking each --" + list.option + " command with an space string.")
			s.out.say("Ok with each --" + list.option)
		}
	}
	return nil
}

func (s *session) try(ctx context.Context, which string, commands ...string) error {
	err := s.shell().Try(ctx, commands...)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	s.out.say(err.Error())
	return failure(fault.Usage, account.NoSide, "Error: "+which+" is bad, check it", err)
}
