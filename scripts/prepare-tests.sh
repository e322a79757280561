#!/bin/sh
# Makes the integration tests possible: installs Dovecot and a C compiler (for the race detector)
# when this may be done without asking, that is as root on Debian and its relatives. Otherwise it
# says in one line what the tests will do without.
set -u

missing=""
[ -x /usr/sbin/dovecot ] || command -v dovecot >/dev/null 2>&1 || missing="dovecot-imapd"
command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
[ -n "$missing" ] || exit 0

install() {
	# The package would start the system's own Dovecot: a policy forbids that meanwhile.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y -qq --no-install-recommends $missing || {
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing
	}
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	log=$(mktemp)
	if install >"$log" 2>&1; then
		rm -f "$log"
		exit 0
	fi
	tail -n 5 "$log" >&2
	echo "not installed: $missing (the whole log is in $log)" >&2
else
	echo "missing: $missing; not root on Debian, so it is not installed" >&2
fi
case "$missing" in *dovecot*) echo "the tests against real servers are skipped: they need Dovecot 2.3 (package dovecot-imapd)" >&2 ;; esac
case "$missing" in *gcc*) echo "the tests run without the race detector: it needs a C compiler" >&2 ;; esac
# A machine that must test everything must not go on.
[ -z "${IMAPSYNC_REQUIRE_INTEGRATION:-}" ]
