# What benchmarks of a server's calls share: a folder that goes with them, processes that end with them, and the
# server itself. To be sourced with sh, from the checkout's root.

reeve=$PWD/${REEVE:-build/release/reeve}
dir=$(mktemp -d /var/tmp/reeve-bench.XXXXXX)
chmod 755 "$dir"
pids=       # of what was started
at_end=:    # what else has to be done, as a command
cleanup() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  $at_end || true
  sleep 0.5
  rm -rf "$dir"
}
trap cleanup EXIT INT TERM

say() { printf '%s\n' "$*"; }

# need NAME…: whether these programs are there; else says which aren't, and answers no.
need() {
  missing=
  for program; do command -v "$program" > /dev/null || missing="$missing $program"; done
  test -z "$missing" || { say "not found:$missing"; return 1; }
}

# median low high of the numbers on stdin
spread() { sort -n | awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2; printf "%s %s %s", m, v[1], v[NR] }'; }

# start_reeve [SETTINGS]: on $dir/db, with lines for reeve.yaml. Its address is $base then, its process $reeve_pid, its
# platform's secret REEVE_BOOTSTRAP_SECRET.
start_reeve() {
  export REEVE_BOOTSTRAP_SECRET=bench-secret-of-at-least-32-characters
  cat > "$dir/reeve.yaml" <<YAML
server: {listen: "127.0.0.1:0"}
store: {dir: "$dir/db"}
log: {level: ${LOG_LEVEL:-info}}
bootstrap: {client_id: 00000000-0000-7000-8000-000000000001}
${1:-}
policies: "$PWD/config/policies"
schema: "$PWD/config/reeve.cedarschema"
permissions: "$PWD/config/permissions.yaml"
roles: "$PWD/config/roles.yaml"
YAML
  : > "$dir/reeve.out"
  "$reeve" serve --config "$dir/reeve.yaml" > "$dir/reeve.out" 2>> "$dir/reeve.log" &
  reeve_pid=$!
  pids="$pids $reeve_pid"
  for _ in $(seq 100); do grep -q '^listening' "$dir/reeve.out" && break; sleep 0.02; done
  base=$(sed -n 's/^listening on //p' "$dir/reeve.out")
}
