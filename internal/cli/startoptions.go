package cli

import "imapsync/internal/getopt"

// startOptions are about the process: its log, its pidfile, its signals, and the invocations that
// copy nothing.
type startOptions struct {
	ShowPasswords getopt.Bool

	TmpDir         getopt.String
	PIDFile        getopt.String
	PIDFileLocking getopt.Bool
	Abort          getopt.Bool
	AbortByFile    getopt.Bool
	Tail           getopt.Bool
	SimuLong       getopt.Float

	Log     getopt.Bool
	LogFile getopt.String
	LogDir  getopt.String

	SigExit, SigReconnect, SigIgnore []string

	DockerContext getopt.Bool
	DebugEnv      getopt.Bool
	JustBanner    getopt.Bool
	Version, Help getopt.Bool
}

func (o *startOptions) register(fs *getopt.Set) {
	fs.Group("credentials")
	fs.Bool(&o.ShowPasswords, "showpasswords", "Show the passwords of the command line in the output instead of MASKED. Not a safe practice.").Negatable()

	fs.Group("tmp")
	fs.String(&o.TmpDir, "tmpdir", "Directory for temporary files, created when it does not exist. Default is the environment variable TMPDIR, else the system's.")
	fs.String(&o.PIDFile, "pidfile", `File that holds the process id while the program runs. Default is imapsync.pid in the temporary directory; "" means none.`)
	fs.Bool(&o.PIDFileLocking, "pidfilelocking", "Do not start when the pidfile exists; helps against concurrent runs.").Negatable()
	fs.Bool(&o.Abort, "abort", "End a run that is still going; the pidfile tells which.")
	fs.Bool(&o.AbortByFile, "abortbyfile", "Like --abort, by a file that the other run looks for.").Hidden()
	fs.Bool(&o.Tail, "tail", "With --pidfilelocking, follow the log of the run that holds the pidfile instead of running.").Negatable().Hidden()
	fs.Float(&o.SimuLong, "simulong", "Pretend to work for this number of seconds.").Hidden()

	fs.Group("log")
	fs.Bool(&o.Log, "log", "Write a log file. On by default, off in a Docker container.").Negatable()
	fs.String(&o.LogFile, "logfile", "Name of the log file, under --logdir unless it is absolute. Default is made of the date and the users.")
	fs.String(&o.LogDir, "logdir", `Directory of the log file, created when it does not exist. Default is LOG_imapsync; "" means the current one.`)

	fs.Group("behavior")
	fs.List(&o.SigExit, "sigexit", "Signals that end the run, without SIG. Default is QUIT and TERM.").Hidden()
	fs.List(&o.SigReconnect, "sigreconnect", "Signals that reconnect both sides, and end the run when given twice within 2 seconds. Default is INT.").Hidden()
	fs.List(&o.SigIgnore, "sigignore", "Signals that only print the statistics so far.").Hidden()
	fs.Bool(&o.DockerContext, "dockercontext", "Behave as in a Docker container: no log, no pidfile, INT, QUIT and TERM end the run. Detected by default.").Negatable().Hidden()
	fs.Bool(&o.JustBanner, "justbanner", "Exit after the first lines.").Negatable().Hidden()
	fs.Bool(&o.Version, "version", "Print the release of imapsync whose command line this is.")
	fs.Bool(&o.Help, "help", "Print this help.")

	fs.Group("debugging")
	fs.Bool(&o.DebugEnv, "debugenv", "Show the environment variables.").Negatable().Hidden()
}

// presetOptions are the providers and servers whose habits are known.
type presetOptions struct {
	chosen      [len(presets)]getopt.Bool
	noRegexMess getopt.Bool
}

func (o *presetOptions) register(fs *getopt.Set) {
	fs.Group("specific")
	for i := range presets {
		fs.Bool(&o.chosen[i], presets[i].name, presets[i].help)
	}
	fs.Bool(&o.noRegexMess, "noregexmess", "Keep --office2 and --exchange2 from adding their --regexmess.").Hidden()
}
