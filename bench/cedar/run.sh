#!/bin/sh
# lib/cedar beside other implementations, in one run: sh bench/cedar/run.sh; see README.md.
#
# Scenarios are made anew, the same every time. cedar-go needs go, the official library built natively needs
# cargo, and as WebAssembly node and npm. Each is installed into build/bench-cedar, and left out, with a line
# that says why, where its tools or its packages can't be had. ONLY="reeve cedar-go" runs some.
set -eu
cd "$(dirname "$0")/../.."
bench=${BENCH:-build/release/bench-cedar}
dir=build/bench-cedar
only=${ONLY:-reeve cedar-go official-native official-wasm}
mkdir -p "$dir"
root=$PWD
results=$dir/results.tsv
: > "$results"

# NAME TOOL: builds the implementation, and puts it among those that are measured; or says that it is left out.
with() {
  case " $only " in *" $1 "*) ;; *) return 0 ;; esac
  if "$2_build" > "$dir/$1.log" 2>&1; then all="$all $1:$2"; else leave_out "$1"; fi
}
leave_out() { echo "left out: $1 ($(tail -n 1 "$dir/$1.log"))"; }

# NAME TOOL SCENARIO: appends what it prints.
measure() {
  if ! "$2_run" "$3" > "$dir/$1.tsv" 2>> "$dir/$1.log"; then leave_out "$1, $3"; return 0; fi
  cat "$dir/$1.tsv" >> "$results"
}

reeve_build() { :; }
reeve_run() { "$bench" run "$dir/scenarios" "$1"; }

go_build() {
  mkdir -p "$dir/go" && cp bench/cedar/go/main.go bench/cedar/go/go.mod "$dir/go/" &&
    (cd "$dir/go" && go mod tidy && go build -o bench .)
}
go_run() { "$dir/go/bench" "$dir/scenarios" "$1"; }

native_build() {
  mkdir -p "$dir/rust/src" && cp bench/cedar/rust/Cargo.toml "$dir/rust/" &&
    cp bench/cedar/rust/src/main.rs "$dir/rust/src/" &&
    (cd "$dir/rust" && CARGO_TARGET_DIR="$root/$dir/cargo" cargo build --release)
}
native_run() { "$dir/cargo/release/bench-cedar" "$dir/scenarios" "$1"; }

wasm_build() { npm install --prefix "$dir/npm" --no-audit --no-fund --silent @cedar-policy/cedar-wasm@4.13.0; }
wasm_run() { node --stack-size=4000 bench/cedar/official.cjs "$dir/npm/node_modules" "$dir/scenarios" "$1"; }

rm -rf "$dir/scenarios"
"$bench" make "$dir/scenarios"
all=
with reeve reeve
with cedar-go go
with official-native native
with official-wasm wasm
# All measure a scenario before any measures the next, so that a ratio has two figures of one moment.
for scenario in $(cat "$dir/scenarios/order") text; do
  for one in $all; do measure "${one%:*}" "${one#*:}" "$scenario"; done
done
awk -f bench/cedar/report.awk "$results"
