package migrate

import "strings"

// variable gives what users write as $sync->{name} in expressions its value in this pair of folders.
// The names are those of perlre.RunVariable.
func (w *work) variable(name string) (value string, ok bool) {
	side1, side2 := w.run.plan.Src, w.run.plan.Dst
	switch name {
	case "user1":
		value = w.cfg.Host1.User()
	case "user2":
		value = w.cfg.Host2.User()
	case "host1":
		value = w.cfg.Host1.Host()
	case "host2":
		value = w.cfg.Host2.Host()
	case "h1_current_folder":
		value = string(w.pair.Src)
	case "h2_current_folder":
		value = string(w.pair.Dst)
	case "h1_prefix":
		value = side1.Prefix
	case "h2_prefix":
		value = side2.Prefix
	case "h1_sep":
		value = side1.Sep
	case "h2_sep":
		value = side2.Sep
	case "subfolder2":
		value = strings.TrimSpace(w.cfg.Folders.Subfolder2())
	default:
		return "", false
	}
	return value, true
}
