package dovecot

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

// Password opens every account.
const Password = "Oyster-42-blue"

// style is what tells the two servers of a pair apart.
type style struct {
	Name, Separator, Prefix, Layout string
	SpecialUse                      [][2]string
}

var styles = [2]style{
	{"first", "/", "", ":LAYOUT=fs", [][2]string{
		{"Drafts", "Drafts"}, {"Sent", "Sent"}, {"Junk", "Junk"}, {"Trash", "Trash"}, {"Archive", "Archive"}}},
	{"second", ".", "INBOX.", "", [][2]string{
		{"Drafts", "Drafts"}, {"Sent Items", "Sent"}, {"Spam", "Junk"}, {"Deleted", "Trash"}, {"Archives", "Archive"}}},
}

type identity struct {
	UID, GID          int
	Internal, Login   string // users of Dovecot's own processes
	InternalGroup     string
	KeepRootDirectory bool // chroot needs root
}

// mailIdentity says under which users the server runs: for root the ones Debian's package made,
// and "mail" for the accounts; otherwise everything is the present user.
func mailIdentity() (identity, error) {
	if os.Getuid() != 0 {
		me, err := user.Current()
		if err != nil {
			return identity{}, err
		}
		group, err := user.LookupGroupId(me.Gid)
		if err != nil {
			return identity{}, err
		}
		return identity{os.Getuid(), os.Getgid(), me.Username, me.Username, group.Name, true}, nil
	}
	owner, err := user.Lookup("mail")
	if err != nil {
		return identity{}, err
	}
	uid, err1 := strconv.Atoi(owner.Uid)
	gid, err2 := strconv.Atoi(owner.Gid)
	if err1 != nil || err2 != nil {
		return identity{}, fmt.Errorf("user mail has the ids %q and %q", owner.Uid, owner.Gid)
	}
	return identity{uid, gid, "dovecot", "dovenull", "dovecot", false}, nil
}

var configuration = template.Must(template.New("dovecot.conf").Parse(`
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/run
log_path = {{.Dir}}/log
instance_name = test-{{.Style.Name}}
protocols = imap
listen = 127.0.0.1
default_internal_user = {{.ID.Internal}}
default_internal_group = {{.ID.InternalGroup}}
default_login_user = {{.ID.Login}}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
mail_home = {{.Dir}}/home/%u
mail_location = {{.Location}}
mail_plugins = quota acl
mail_fsync = {{.Fsync}}
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 external xoauth2 oauthbearer
auth_master_user_separator = *
auth_ssl_username_from_cert = yes
ssl_cert_username_field = commonName
ssl_ca = <{{.CA}}
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_username_chars =
auth_username_format = %u
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{{.Cert}}
ssl_key = <{{.Key}}
ssl_min_protocol = TLSv1.2
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {{.Dir}}/oauth2.conf
}
passdb {
  driver = passwd-file
  master = yes
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256
  args = username_format=%u {{.Dir}}/masters
}
passdb {
  driver = static
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256
  args = password={{.Password}}
}
userdb {
  driver = passwd-file
  args = username_format=%u {{.Dir}}/users
  result_failure = continue
  result_success = return-ok
}
userdb {
  driver = static
  args = uid={{.ID.UID}} gid={{.ID.GID}} home={{.Dir}}/home/%u
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=100G
  acl = vfile
  acl_user = %u
  acl_anyone = allow
}
protocol imap {
  mail_plugins = $mail_plugins imap_quota imap_acl
}
namespace inbox {
  inbox = yes
  separator = {{.Style.Separator}}
  prefix = {{.Style.Prefix}}
{{- range .Style.SpecialUse}}
  mailbox "{{index . 0}}" {
    special_use = \{{index . 1}}
    auto = no
  }
{{- end}}
}
service imap-login {
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = {{.Port}}
  }
  inet_listener imaps {
    port = {{.TLSPort}}
    ssl = yes
  }
  unix_listener {{.Dir}}/imap.sock {
    mode = 0666
  }
{{- if .ID.KeepRootDirectory}}
  chroot =
{{- end}}
}
service imap {
  process_limit = 300
  service_count = 100
  vsz_limit = 2G
}
service anvil {
  # no growing delay after failed logins
  unix_listener anvil-auth-penalty {
    mode = 0
  }
{{- if .ID.KeepRootDirectory}}
  chroot =
{{- end}}
}
{{- if .ID.KeepRootDirectory}}
service stats {
  chroot =
}
{{- end}}
`))

func (s *Server) writeConfig(p *Pair, st style, id identity) error {
	for _, sub := range []string{"run", "home"} {
		if err := os.MkdirAll(filepath.Join(s.dir, sub), 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(s.userFile(), nil, 0o644); err != nil {
		return err
	}
	if err := s.writeAuth(); err != nil {
		return err
	}
	home := filepath.Join(s.dir, "home")
	if os.Getuid() == 0 {
		if err := os.Chown(home, id.UID, id.GID); err != nil {
			return err
		}
	}
	var text strings.Builder
	err := configuration.Execute(&text, map[string]any{
		"Dir": s.dir, "Style": st, "ID": id, "Location": location(p.options, st), "Fsync": fsync(p.options),
		"CA": p.CA.File, "Cert": p.CA.CertFile, "Key": p.CA.KeyFile, "Password": Password, "Port": s.Port, "TLSPort": s.TLSPort})
	if err != nil {
		return err
	}
	return os.WriteFile(s.ConfigFile(), []byte(text.String()), 0o644)
}

func location(o Options, st style) string {
	if o.SDBox {
		return "sdbox:~/mail"
	}
	return "maildir:~/Maildir" + st.Layout
}

func fsync(o Options) string {
	if o.Fsync {
		return "optimized"
	}
	return "never"
}

func (s *Server) userFile() string { return filepath.Join(s.dir, "users") }

// ConfigFile is for other programs of Dovecot, such as doveadm.
func (s *Server) ConfigFile() string { return filepath.Join(s.dir, "dovecot.conf") }
