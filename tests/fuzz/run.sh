#!/bin/sh
# Runs one fuzz target for a time: run.sh PROGRAM SECONDS. It begins with the seeds in tests/fuzz/seeds, what the
# official test data has of the kind, and what earlier runs in this checkout came upon, which is kept in
# build/fuzz/corpus. The log, and the input that broke something, lie beside the program.
set -eu

program=$1
seconds=$2
name=$(basename "$program")
corpus=build/fuzz/corpus/$name
mkdir -p "$corpus"

set -- "$corpus"
if test -d "tests/fuzz/seeds/$name"; then set -- "$@" "tests/fuzz/seeds/$name"; fi
words=tests/fuzz/cedar.dict
options=-use_value_profile=1
official=
case $name in
  policy_text | validated)    official='*.cedar' ;;
  schema_text)                official='*.cedarschema' ;;
  entities_json)              official='*.entities.json' ;;
  page_token)                 words= ;;
  config_yaml)                words=; set -- "$@" config ;;
  http_framing | names)       words= ;;
  # Bytes that choose what is generated: many at once, and words mean nothing there.
  compiled)                   words=; options=-len_control=0 ;;
esac
# Small ones teach as much as large ones and are tried more often.
if test -n "$official" && test -d build/cedar; then
  mkdir -p "$program.official"
  find build/cedar -name "$official" -size -4k | sort | head -n 200 | while read -r file; do
    cp "$file" "$program.official/"
  done
  set -- "$@" "$program.official"
fi

if "$program" -max_total_time="$seconds" -max_len=4096 -timeout=60 -rss_limit_mb=4096 \
     "$options" ${words:+-dict=$words} -artifact_prefix="$program.broken-" -print_final_stats=1 "$@" >"$program.log" 2>&1; then
  echo "ok: fuzz $name, $(sed -n 's/^stat::number_of_executed_units: *//p' "$program.log") inputs"
else
  tail -n 60 "$program.log"
  echo "FAILED: fuzz $name, see $program.log"
  exit 1
fi
