package options

import (
	"strconv"

	"imapsync/integration/dovecot"
)

func port(s *dovecot.Server) string { return strconv.Itoa(s.Port) }
