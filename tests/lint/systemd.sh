#!/bin/sh
# Holds systemd/ against systemd's own checks, where they are installed: the units are well-formed, and the services'
# exposure, as `systemd-analyze security` counts it from 0 (safe) to 10, is at most 1.5. And the unit of a copy is as
# the server's, but for what it runs, where it keeps it, and how long its start may take.
set -eu

unit=systemd/reeve.service
copy=systemd/reeve-follow@.service
most=1.5

# What both say alike: without remarks and what may differ.
alike() {
  sed -n '/^\[Service\]/,$p' "$1" | grep -v -e '^#' -e '^ExecStart=' -e '^StateDirectory=' -e '^RuntimeDirectory=' -e '^TimeoutStartSec='
}
if [ "$(alike "$unit")" != "$(alike "$copy")" ]; then
  echo "$copy: is not as $unit below ExecStart" >&2
  exit 1
fi

if ! command -v systemd-analyze >/dev/null; then
  echo "lint: systemd-analyze is not installed; $unit is not checked"
  exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The program need not be installed for the unit to be right.
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" > "$tmp/reeve.service"
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$copy" > "$tmp/reeve-follow@.service"
cp systemd/reeve.socket "$tmp/reeve.socket"
problems=$(systemd-analyze verify "$tmp/reeve.service" "$tmp/reeve.socket" "$tmp/reeve-follow@one.service" 2>&1 |
  grep -F -e reeve.service -e reeve.socket -e reeve-follow@ || true)
if [ -n "$problems" ]; then
  echo "$problems" >&2
  exit 1
fi

for each in "$unit" "$copy"; do
  exposure=$(systemd-analyze security --offline=yes --no-pager "$each" | sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
  if ! awk -v got="$exposure" -v most="$most" 'BEGIN { exit !(got != "" && got + 0 <= most + 0) }'; then
    echo "$each: exposure ${exposure:-unknown}, at most $most wanted; see systemd-analyze security --offline=yes $each" >&2
    exit 1
  fi
done

if command -v systemd-sysusers >/dev/null; then
  mkdir -p "$tmp/image/etc"
  systemd-sysusers --root="$tmp/image" - < systemd/reeve.sysusers 2>/dev/null
  grep -q '^reeve:' "$tmp/image/etc/passwd" || { echo 'systemd/reeve.sysusers: makes no user reeve' >&2; exit 1; }
fi
