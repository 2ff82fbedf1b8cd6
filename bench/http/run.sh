#!/bin/sh
# Requests per second and latency of Reeve beside nginx (reads) and PostgreSQL (durable writes), in one run on
# one machine, the load on the same machine: sh bench/http/run.sh
#
#   ROUNDS=5 SECONDS_EACH=3 CONNECTIONS="1 16 64 256"   what is run
#
# First what the guard costs in a read, measured alone (guard.cpp).
#
# Reads: GET /v1/roles/{slug} with every check on, beside nginx returning the same bytes; the two take turns, so
# that a machine whose speed drifts drifts for both. Writes: POST /v1/groups/{id}/roles, each a mapping that is
# new, with its indexes, audit entry and change record on disk when it is answered, beside single-row inserts of
# PostgreSQL. The reads once more over TLS, nginx with the same certificate; it is printed what both agree on. Needs
# wrk, nginx, curl, openssl and postgresql (Debian's packages); as root PostgreSQL runs as `postgres`.
#
#   PARTS="tls"   the reads over TLS alone
set -eu
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-3} connections=${CONNECTIONS:-1 16 64 256}
lua=$PWD/bench/http
. bench/server.sh

# load CONNECTIONS URL [wrk options…]: "requests/s p50 p99 errors", times in microseconds
load() {
  c=$1 url=$2
  shift 2
  threads=2
  test "$c" = 1 && threads=1
  wrk -t$threads -c"$c" -d"${seconds}s" -s "$lua/report.lua" "$@" "$url" | sed -n 's/^RESULT //p'
}

call() {
  curl -sS --cacert "$dir/tls.pem" -H "Authorization: Bearer $REEVE_BOOTSTRAP_SECRET" -H "X-Tenant-ID: ${tenant:-}" \
    -H 'Content-Type: application/json' "$@"
}

# Milliseconds from exec to the line that says it listens, on an empty store; a process of `date` included.
ready_ms() {
  mkfifo "$dir/ready"
  sed "s|$dir/db|$dir/empty|" "$dir/reeve.yaml" > "$dir/empty.yaml"
  begun=$(date +%s%N)
  "$reeve" serve --config "$dir/empty.yaml" > "$dir/ready" 2>/dev/null &
  starting=$!
  while read -r line; do case $line in listening*) break ;; esac; done < "$dir/ready"
  ended=$(date +%s%N)
  kill $starting && wait $starting || true
  rm -rf "$dir/empty" "$dir/ready"
  awk -v a="$begun" -v b="$ended" 'BEGIN { printf "%.1f\n", (b - a) / 1e6 }'
}

# One tenant with a key of its own; 600 roles, and 2,500 groups made by wrk: 1.5 million mappings can be new.
fill() {
  tenant=$(call "$base/v1/tenants" -d '{"name":"Bench","slug":"bench"}' | sed 's/.*"id":"\([^"]*\)".*/\1/')
  key=$(call "$base/v1/api-keys" -d '{"name":"bench","scopes":["organization:administer"]}' | sed 's/.*"raw_key":"\([^"]*\)".*/\1/')
  for i in $(seq 600); do
    call "$base/v1/roles" -o /dev/null -d "{\"slug\":\"r$i\",\"name\":\"Role $i\",\"scopes\":[\"organization:get\",\"group:get\"]}"
  done
  KEY=$key TENANT=$tenant wrk -t1 -c16 -d2s -s "$lua/groups.lua" "$base" > "$dir/groups.out"
  cursor=
  : > "$dir/groups"
  for _ in $(seq 20); do
    call "$base/v1/groups?limit=250$cursor" > "$dir/page"
    tr ',' '\n' < "$dir/page" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p' >> "$dir/groups"
    next=$(sed -n 's/.*"next_cursor":"\([^"]*\)".*/\1/p' "$dir/page")
    test -n "$next" || break
    cursor="&cursor=$next"
  done
}

start_nginx() {
  call -D "$dir/head" "$base/v1/roles/r1" > "$dir/role.json"
  {
    echo "worker_processes 2; pid $dir/nginx.pid; error_log $dir/nginx.err; events { worker_connections 2048; }"
    echo "http { access_log $dir/nginx.log; keepalive_requests 100000000; server { listen 127.0.0.1:$nginx_port reuseport; location / {"
    sed -n 's/\r$//; /^[Xx]-\|^[Cc]ache-\|^ETag\|^Etag/s/^\([^:]*\): \(.*\)$/add_header \1 '"'\2'"';/p' "$dir/head"
    printf "default_type application/json; return 200 '%s'; } }\n" "$(cat "$dir/role.json")"
    echo "server { listen 127.0.0.1:$nginx_tls_port ssl reuseport; ssl_certificate $dir/tls.pem; ssl_certificate_key $dir/tls.key;"
    echo "ssl_protocols TLSv1.2 TLSv1.3; location / {"
    sed -n 's/\r$//; /^[Xx]-\|^[Cc]ache-\|^ETag\|^Etag/s/^\([^:]*\): \(.*\)$/add_header \1 '"'\2'"';/p' "$dir/head"
    printf "default_type application/json; return 200 '%s'; } } }\n" "$(cat "$dir/role.json")"
  } > "$dir/nginx.conf"
  nginx -p "$dir" -c "$dir/nginx.conf" -g 'daemon off;' 2>"$dir/nginx.start" &
  pids="$pids $!"
  sleep 0.5
}

start_postgres() {
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
  test -n "$bin" || return 1
  mkdir "$dir/pg"
  as=
  if test "$(id -u)" = 0; then chown postgres "$dir/pg"; as="runuser -u postgres --"; fi
  $as "$bin/initdb" -D "$dir/pg/data" -A trust > "$dir/initdb.out" 2>&1
  $as "$bin/pg_ctl" -w -D "$dir/pg/data" -l "$dir/pg/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$dir/pg -c max_connections=300" start > /dev/null
  printf '#!/bin/sh\n%s %s -m immediate -D %s stop >/dev/null 2>&1\n' "$as" "$bin/pg_ctl" "$dir/pg/data" > "$dir/pg_stop"
  chmod +x "$dir/pg_stop"
  at_end=$dir/pg_stop
  $as "$bin/psql" -q -h "$dir/pg" postgres -c \
    'create table mapping (id bigserial primary key, grp uuid, role text, created_at timestamptz default now())'
  echo "insert into mapping (grp, role) values (gen_random_uuid(), 'user');" > "$dir/insert.sql"
  pgbench="$as $bin/pgbench -n -M prepared -j 2 -T $seconds -h $dir/pg -f $dir/insert.sql"
}

pg_load() { $pgbench -c "$1" postgres 2>/dev/null | sed -n 's/^tps = \([0-9]*\).*/\1/p'; }

table() { # TITLE PEER FUNCTION_OURS FUNCTION_PEER
  say ""
  say "$1, median of $rounds rounds of ${seconds} s [lowest, highest]"
  say "| connections | reeve/s | p50 ms | p99 ms | errors | $2/s | ratio |"
  say "|---|---|---|---|---|---|---|"
  for c in $connections; do
    : > "$dir/ours"; : > "$dir/theirs"; : > "$dir/p50"; : > "$dir/p99"; : > "$dir/bad"; : > "$dir/ratio"
    for _ in $(seq "$rounds"); do
      peer=$($4 "$c" | cut -d' ' -f1)
      $3 "$c" > "$dir/one"
      read -r rps p50 p99 bad < "$dir/one"
      echo "$rps" >> "$dir/ours"; echo "$peer" >> "$dir/theirs"; echo "$p50" >> "$dir/p50"; echo "$p99" >> "$dir/p99"; echo "$bad" >> "$dir/bad"
      awk -v a="$rps" -v b="$peer" 'BEGIN { printf "%.3f\n", a / b }' >> "$dir/ratio"
    done
    say "| $c $(spread < "$dir/ours") $(spread < "$dir/p50") $(spread < "$dir/p99") $(awk '{ n += $1 } END { print n + 0 }' "$dir/bad") $(spread < "$dir/theirs") $(spread < "$dir/ratio")" |
      awk '{ printf "| %s | %d [%d, %d] | %.2f [%.2f, %.2f] | %.2f [%.2f, %.2f] | %d | %d [%d, %d] | %.2f [%.2f, %.2f] |\n",
             $2, $3, $4, $5, $6/1000, $7/1000, $8/1000, $9/1000, $10/1000, $11/1000, $12, $13, $14, $15, $16, $17, $18 }'
  done
}

# What a client of OpenSSL, as wrk is, agrees on with the server at a port.
agreed() { openssl s_client -connect "127.0.0.1:$1" < /dev/null 2>/dev/null | sed -n 's/^New, \(.*\)/\1/p'; }

# The same server with a certificate, on the same store.
tls_table() {
  kill "$reeve_pid" && wait "$reeve_pid" || true
  start_reeve "tls: {certificate: $dir/tls.pem, key: $dir/tls.key}"
  say ""
  say "TLS: reeve speaks $(agreed "${base##*:}"), nginx $(agreed "$nginx_tls_port"), both with one P-256 certificate"
  table "GET /v1/roles/{slug} over TLS" nginx ours_read theirs_read_tls
}
theirs_read_tls() { KEY=$key TENANT=$tenant load "$1" "https://127.0.0.1:$nginx_tls_port/v1/roles/r1"; }

ours_read() { KEY=$key TENANT=$tenant load "$1" "$base/v1/roles/r1"; }
theirs_read() { KEY=$key TENANT=$tenant load "$1" "http://127.0.0.1:$nginx_port/v1/roles/r1"; }
part=0
ours_write() {
  part=$((part + 1))
  echo "$part" > "$dir/part"
  KEY=$key TENANT=$tenant GROUPS_FILE=$dir/groups PART=$part wrk -t1 -c"$1" -d"${seconds}s" -s "$lua/mappings.lua" "$base" |
    sed -n 's/^RESULT //p'
}

nginx_port=${NGINX_PORT:-17481}
nginx_tls_port=${NGINX_TLS_PORT:-17482}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$dir/tls.key" -out "$dir/tls.pem" 2> "$dir/openssl.out"
chmod 600 "$dir/tls.key"
if test "${PARTS:-}" = tls; then
  start_reeve
  fill
  start_nginx
  tls_table
  exit
fi
"${GUARD:-build/release/bench-http}" "$dir/guard"
start_reeve
say "ready and idle: $(awk '/VmRSS/ { print $2 }' "/proc/$reeve_pid/status") KB resident; binary $(stat -c %s "$reeve") bytes, stripped $(strip -o "$dir/stripped" "$reeve" && stat -c %s "$dir/stripped")"
for _ in 1 2 3 4 5 6 7; do ready_ms; done > "$dir/starts"
say "ready after $(spread < "$dir/starts" | awk '{ printf "%.1f ms [%.1f, %.1f]", $1, $2, $3 }'), of 7 starts on an empty store"
fill
say "$(wc -l < "$dir/groups") groups, 600 roles"
start_nginx
table "GET /v1/roles/{slug}" nginx ours_read theirs_read
if start_postgres; then
  table "POST /v1/groups/{id}/roles, durable" PostgreSQL ours_write pg_load
else
  say "PostgreSQL is not installed: writes are measured alone"
  table "POST /v1/groups/{id}/roles, durable" "-" ours_write ours_write
fi
changes=$(call -o /dev/null -D - "$base/v1/roles/r1" | tr -d '\r' | sed -n 's/^X-Revision: //p')
bytes=$(stat -c %s "$dir/db/data.mdb")
say "at the end: $(awk '/VmRSS/ { print $2 }' "/proc/$reeve_pid/status") KB resident, store $bytes bytes, $((bytes / changes)) for each of $changes changes"
tls_table
