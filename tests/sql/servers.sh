#!/bin/sh
# A command beside a PostgreSQL and a MariaDB of its own: sh tests/sql/servers.sh COMMAND [ARGUMENT...]
#
# Both listen on sockets in a new folder alone, and end with the command, whose exit code this has. It finds them
# by POSTGRES_SOCKETS, the folder of the one, and MARIADB_SOCKET, the other's file. Needs Debian's postgresql and
# mariadb-server; those that may run already are left alone. As root they run as `postgres` and `mysql`.
set -eu
dir=$(mktemp -d /tmp/reeve-sql.XXXXXX)
chmod 755 "$dir"
stop=
cleanup() {
  for pid in $stop; do kill -QUIT "$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true; done
  for pid in $stop; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
fail() { echo "tests/sql/servers.sh: $*" >&2; exit 1; }

postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
test -n "$postgres" || fail "PostgreSQL isn't installed; apt-get install postgresql"
command -v mariadbd mariadb mariadb-install-db >/dev/null ||
  fail "MariaDB isn't installed; apt-get install mariadb-server"

# as USER COMMAND...: as root as that user.
as() {
  user=$1
  shift
  if test "$(id -u)" = 0; then set -- setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"; fi
  exec "$@"
}
# is_there FILE LOG: waits until a socket is there.
is_there() {
  for _ in $(seq 300); do
    test -S "$1" && return
    sleep 0.1
  done
  cat "$2" >&2
  fail "no $1 after 30 seconds"
}
mkdir "$dir/pg" "$dir/my"
test "$(id -u)" != 0 || { chown postgres "$dir/pg"; chown mysql "$dir/my"; }

(as postgres "$postgres/initdb" -D "$dir/pg/data" -U postgres -A trust -E UTF8 --locale=C --no-sync) \
  >"$dir/log" 2>&1 || { cat "$dir/log" >&2; fail "initdb failed"; }
(as postgres "$postgres/postgres" -D "$dir/pg/data" -F -c listen_addresses= -c unix_socket_directories="$dir/pg") \
  >"$dir/pg.log" 2>&1 &
stop=$!
(as mysql mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db \
  --skip-name-resolve --datadir="$dir/my/data") >"$dir/log" 2>&1 || { cat "$dir/log" >&2; fail "mariadb-install-db failed"; }
(as mysql mariadbd --no-defaults --datadir="$dir/my/data" --socket="$dir/my/socket" --skip-networking \
  --innodb-flush-log-at-trx-commit=0) >"$dir/my.log" 2>&1 &
stop="$stop $!"
is_there "$dir/pg/.s.PGSQL.5432" "$dir/pg.log"
is_there "$dir/my/socket" "$dir/my.log"
mariadb --no-defaults -u root -S "$dir/my/socket" -e 'CREATE DATABASE judged CHARACTER SET utf8mb4'

export POSTGRES_SOCKETS="$dir/pg" MARIADB_SOCKET="$dir/my/socket"
code=0
"$@" || code=$?
exit $code
