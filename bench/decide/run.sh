#!/bin/sh
# Decisions a second and their latency: Reeve beside Cerbos, OpenFGA and nginx, in one run on one machine, the load
# on the same machine: sh bench/decide/run.sh
#
#   ROUNDS=5 SECONDS_EACH=3 CONNECTIONS="1 64"   what is run
#
# The question is the same to all: may this person read this document? Reeve, by a tenant's policy: whoever is in the
# document's team may, if the document is the team's. Cerbos, by a resource policy with the same condition. OpenFGA, by
# a tuple for the team and one for who is in it. nginx answers with Reeve's bytes, whatever it is asked. The servers
# take turns, so that a machine whose speed drifts drifts for all. Then batches of 1,000 questions, of Reeve alone.
#
# Needs wrk, nginx, curl (Debian's packages). Cerbos comes from npm and OpenFGA from its Go module, into
# build/bench-decide; whichever can't be had is left out, and it is said why.
set -eu
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-3} connections=${CONNECTIONS:-1 64}
here=$PWD/bench/decide peers=$PWD/build/bench-decide
LOG_LEVEL=warn
. bench/server.sh
need wrk nginx curl || exit 1
mkdir -p "$peers"

# load CONNECTIONS URL BODY EXPECT HEADERS: "requests/s p50 p99 errors", times in microseconds
load() {
  threads=2
  test "$1" = 1 && threads=1
  BODY=$3 EXPECT=$4 HEADERS=${5:-} wrk -t$threads -c"$1" -d"${seconds}s" -s "$here/post.lua" "$2" |
    sed -n 's/^RESULT //p'
}

# wait_for URL
wait_for() {
  for _ in $(seq 200); do curl -sf -o /dev/null "$1" && return 0; sleep 0.05; done
  return 1
}

rss() { awk '/^RssAnon/ { a = $2 } END { printf "%d", a / 1024 }' "/proc/$1/status"; }

call() {
  curl -sS --fail-with-body -H "Authorization: Bearer $REEVE_BOOTSTRAP_SECRET" -H "X-Tenant-ID: ${tenant:-}" \
    -H 'Content-Type: application/json' "$@"
}
id_of() { sed 's/^{"id":"\([^"]*\)".*/\1/'; }

# A tenant with a thousand people, a hundred teams, and a policy of ten rules, of which one permits.
fill_reeve() {
  tenant=$(call "$base/v1/tenants" -d '{"name":"Bench","slug":"bench"}' | id_of)
  key=$(call "$base/v1/api-keys" -d '{"name":"bench","scopes":["organization:check","organization:decide"]}' |
    sed 's/.*"raw_key":"\([^"]*\)".*/\1/')
  team=$(call "$base/v1/groups" -d '{"name":"team"}' | id_of)
  for i in $(seq 99); do call "$base/v1/groups" -o /dev/null -d "{\"name\":\"team $i\"}"; done
  user=$(call "$base/v1/users" -d '{"email":"ann@example.com","name":"Ann"}' | id_of)
  for i in $(seq 999); do
    call "$base/v1/users" -o /dev/null -d "{\"email\":\"u$i@example.com\",\"name\":\"U $i\"}"
  done
  call "$base/v1/groups/$team/members" -o /dev/null -d "{\"user_id\":\"$user\"}"
  policy=$(call "$base/v1/policies" -d '{"name":"documents"}' | id_of)
  rule() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g; s/^/{"policy_text":"/; s/$/"}/' > "$dir/rule" && call "$base/v1/policies/$policy/rules" -o /dev/null -d @"$dir/rule"; }
  rule "permit(principal in group::\"$team\", action == Action::\"read\", resource is document) when { resource has team && resource.team == \"$team\" };"
  for i in 1 2 3 4 5 6 7 8; do
    rule "permit(principal, action == Action::\"act$i\", resource is document) when { resource has owner && resource.owner == principal.email };"
  done
  rule 'forbid(principal, action == Action::"read", resource is document) when { resource has sealed && resource.sealed };'
  printf '{"subject":{"type":"user","id":"%s"},"action":{"name":"read"},"resource":{"type":"document","id":"d7","properties":{"team":"%s","sealed":false}}}' \
    "$user" "$team" > "$dir/reeve.json"
  {
    printf '{"subject":{"type":"user","id":"%s"},"action":{"name":"read"},"evaluations":[' "$user"
    for i in $(seq 1000); do
      test "$i" = 1 || printf ,
      printf '{"resource":{"type":"document","id":"d%s","properties":{"team":"%s","sealed":false}}}' "$i" "$team"
    done
    printf ']}'
  } > "$dir/batch.json"
}

# The package's own command would be the server's parent, and stay in its place when it is told to end.
cerbos_program() { find "$peers/node_modules/@cerbos" -type f -name 'cerbos-*' -perm -u+x 2>/dev/null | head -n 1; }

# Each of these says in a sentence why a peer is left out.
install_cerbos() {
  test -n "$(cerbos_program)" && return 0
  need npm || { say "Cerbos is left out: it comes from npm"; return 1; }
  timeout 300 npm install --silent --no-audit --no-fund --prefix "$peers" cerbos > "$dir/npm.out" 2>&1 &&
    test -n "$(cerbos_program)" && return 0
  say "Cerbos is left out: its npm package could not be installed: $(tail -n 1 "$dir/npm.out")"
  return 1
}
install_openfga() {
  test -x "$peers/openfga" && return 0
  need go || { say "OpenFGA is left out: it is built from its Go module"; return 1; }
  GOBIN=$peers timeout 900 go install "github.com/openfga/openfga/cmd/openfga@${OPENFGA:-latest}" \
    > "$dir/go.out" 2>&1 && return 0
  say "OpenFGA is left out: its Go module could not be built: $(tail -n 1 "$dir/go.out")"
  return 1
}

start_cerbos() {
  mkdir "$dir/policies"
  cat > "$dir/policies/document.yaml" <<'YAML'
apiVersion: api.cerbos.dev/v1
resourcePolicy:
  version: default
  resource: document
  rules:
    - actions: [read]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: {match: {expr: "R.attr.team in P.attr.teams"}}
    - actions: [read]
      effect: EFFECT_DENY
      roles: [user]
      condition: {match: {expr: "R.attr.sealed"}}
    - actions: [act1, act2, act3, act4, act5, act6, act7, act8]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: {match: {expr: "R.attr.owner == P.id"}}
YAML
  cat > "$dir/cerbos.yaml" <<YAML
server: {httpListenAddr: "127.0.0.1:17492", grpcListenAddr: "127.0.0.1:17493", logRequestPayloads: false}
storage: {driver: disk, disk: {directory: "$dir/policies", watchForChanges: false}}
telemetry: {disabled: true}
YAML
  "$(cerbos_program)" server --config "$dir/cerbos.yaml" --log-level error > "$dir/cerbos.out" 2>&1 &
  cerbos_pid=$!
  pids="$pids $cerbos_pid"
  wait_for http://127.0.0.1:17492/_cerbos/health || { say "Cerbos is left out: it did not start"; return 1; }
  printf '{"principal":{"id":"ann","roles":["user"],"attr":{"teams":["team"]}},"resources":[{"actions":["read"],"resource":{"kind":"document","id":"d7","attr":{"team":"team","sealed":false,"owner":"bob"}}}]}' > "$dir/cerbos.json"
}

start_openfga() {
  "$peers/openfga" run --datastore-engine memory --http-addr 127.0.0.1:17494 --grpc-addr 127.0.0.1:17495 \
    --playground-enabled=false --metrics-enabled=false --log-level error > "$dir/openfga.out" 2>&1 &
  openfga_pid=$!
  pids="$pids $openfga_pid"
  wait_for http://127.0.0.1:17494/healthz || { say "OpenFGA is left out: it did not start"; return 1; }
  fga_store=$(curl -sSf -H 'Content-Type: application/json' http://127.0.0.1:17494/stores -d '{"name":"bench"}' | id_of)
  cat > "$dir/model.json" <<'JSON'
{"schema_version":"1.1","type_definitions":[{"type":"user"},
 {"type":"team","relations":{"member":{"this":{}}},"metadata":{"relations":{"member":{"directly_related_user_types":[{"type":"user"}]}}}},
 {"type":"document","relations":{"read":{"this":{}}},"metadata":{"relations":{"read":{"directly_related_user_types":[{"type":"user"},{"type":"team","relation":"member"}]}}}}]}
JSON
  fga_url=http://127.0.0.1:17494/stores/$fga_store
  model=$(curl -sSf -H 'Content-Type: application/json' "$fga_url/authorization-models" -d @"$dir/model.json" |
    sed 's/.*"authorization_model_id":"\([^"]*\)".*/\1/')
  curl -sSf -o /dev/null -H 'Content-Type: application/json' "$fga_url/write" -d '{"writes":{"tuple_keys":[
    {"user":"user:ann","relation":"member","object":"team:t"},
    {"user":"team:t#member","relation":"read","object":"document:d7"}]}}'
  printf '{"authorization_model_id":"%s","tuple_key":{"user":"user:ann","relation":"read","object":"document:d7"}}' "$model" > "$dir/openfga.json"
}

start_nginx() {
  curl -sS --fail-with-body -D "$dir/head" "$base/access/v1/evaluation" -H "Authorization: Bearer $key" \
    -H 'Content-Type: application/json' -d @"$dir/reeve.json" > "$dir/answer"
  {
    echo "worker_processes 2; pid $dir/nginx.pid; error_log $dir/nginx.err; events { worker_connections 2048; }"
    echo "http { access_log off; keepalive_requests 100000000; server { listen 127.0.0.1:17491 reuseport; location / {"
    sed -n 's/\r$//; /^[Xx]-\|^[Cc]ache-/s/^\([^:]*\): \(.*\)$/add_header \1 '"'\2'"';/p' "$dir/head"
    printf "default_type application/json; return 200 '%s'; } } }\n" "$(cat "$dir/answer")"
  } > "$dir/nginx.conf"
  nginx -p "$dir" -c "$dir/nginx.conf" -g 'daemon off;' 2> "$dir/nginx.start" &
  pids="$pids $!"
  sleep 0.5
}

ours() { load "$1" "$base/access/v1/evaluation" "$dir/reeve.json" '"decision":true' "Authorization: Bearer $key"; }
nginx_load() { load "$1" http://127.0.0.1:17491/ "$dir/reeve.json" '"decision":true'; }
cerbos_load() { load "$1" http://127.0.0.1:17492/api/check/resources "$dir/cerbos.json" EFFECT_ALLOW; }
openfga_load() { load "$1" "$fga_url/check" "$dir/openfga.json" '"allowed":true'; }

row() { # NAME CONNECTIONS: of $dir/NAME.CONNECTIONS, lines "requests/s p50 p99 errors"
  f=$dir/$1.$2
  say "$1 $2 $(cut -d' ' -f1 "$f" | spread) $(cut -d' ' -f2 "$f" | spread) $(cut -d' ' -f3 "$f" | spread) $(awk '{ n += $4 } END { print n + 0 }' "$f") $(paste -d' ' "$dir/reeve.$2" "$f" | awk '{ printf "%.4f\n", $1 / $5 }' | spread)" |
    awk '{ printf "| %s | %s | %d [%d, %d] | %.3f [%.3f, %.3f] | %.2f [%.2f, %.2f] | %d | %.2f [%.2f, %.2f] |\n",
           $1, $2, $3, $4, $5, $6/1000, $7/1000, $8/1000, $9/1000, $10/1000, $11/1000, $12, $13, $14, $15 }'
}

start_reeve
fill_reeve
start_nginx
servers="nginx reeve"
if install_cerbos && start_cerbos; then servers="$servers cerbos"; fi
if install_openfga && start_openfga; then servers="$servers openfga"; fi

say "one evaluation, median of $rounds rounds of ${seconds} s [lowest, highest]; ratio: Reeve's decisions a second over the peer's"
say "| server | connections | decisions/s | p50 ms | p99 ms | errors | ratio |"
say "|---|---|---|---|---|---|---|"
for c in $connections; do
  for _ in $(seq "$rounds"); do
    for server in $servers; do
      case $server in reeve) ours "$c" ;; *) "${server}_load" "$c" ;; esac >> "$dir/$server.$c"
    done
  done
  for server in $servers; do row "$server" "$c"; done
done

say ""
say "batches of 1,000 evaluations, Reeve"
say "| connections | decisions/s | p50 ms | p99 ms | errors |"
say "|---|---|---|---|---|"
for c in 1 16; do
  for _ in $(seq "$rounds"); do
    load "$c" "$base/access/v1/evaluations" "$dir/batch.json" '"decision":true' "Authorization: Bearer $key" >> "$dir/batch.$c"
  done
  f=$dir/batch.$c
  say "$c $(cut -d' ' -f1 "$f" | spread) $(cut -d' ' -f2 "$f" | spread) $(cut -d' ' -f3 "$f" | spread) $(awk '{ n += $4 } END { print n + 0 }' "$f")" |
    awk '{ printf "| %s | %d [%d, %d] | %.2f [%.2f, %.2f] | %.2f [%.2f, %.2f] | %d |\n",
           $1, $2*1000, $3*1000, $4*1000, $5/1000, $6/1000, $7/1000, $8/1000, $9/1000, $10/1000, $11 }'
done

# The decision log off and on in turns: by rounds, so that both have the same machine.
log_is() { call -X PUT -o /dev/null "$base/v1/decisions/settings" -d "{\"log\":\"$1\",\"log_keep\":{\"entries\":10000000}}"; }
log_row() { # WHAT CONNECTIONS URL BODY
  for _ in $(seq "$rounds"); do
    for log in off all; do
      log_is $log
      load "$2" "$3" "$4" '"decision":true' "Authorization: Bearer $key" >> "$dir/log.$log.$2.$1"
    done
  done
  off=$dir/log.off.$2.$1 all=$dir/log.all.$2.$1
  say "$1 $2 $(cut -d' ' -f1 "$off" | spread) $(cut -d' ' -f1 "$all" | spread) $(paste -d' ' "$all" "$off" | awk '{ printf "%.4f\n", $1 / $5 }' | spread) $(cat "$off" "$all" | awk '{ n += $4 } END { print n + 0 }')" |
    awk '{ printf "| %s | %s | %d [%d, %d] | %d [%d, %d] | %.3f [%.3f, %.3f] | %d |\n", $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 }'
}
say ""
say "the decision log, requests/s; ratio: with all decisions logged over without the log, of the same round"
say "| call | connections | off | all | ratio | errors |"
say "|---|---|---|---|---|---|"
for c in $connections; do log_row evaluation "$c" "$base/access/v1/evaluation" "$dir/reeve.json"; done
log_row batch 16 "$base/access/v1/evaluations" "$dir/batch.json"
log_is off
say "decisions that found no room in the log: $(call "$base/v1/decisions?limit=1" | sed 's/.*"lost":\([0-9]*\).*/\1/')"
say ""
memory="reeve $(rss "$reeve_pid") MB"
test -n "${cerbos_pid:-}" && memory="$memory, cerbos $(rss "$cerbos_pid") MB"
test -n "${openfga_pid:-}" && memory="$memory, openfga $(rss "$openfga_pid") MB"
say "memory (RssAnon) at the end: $memory"
