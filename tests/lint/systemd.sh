#!/bin/sh
# Holds systemd/ against systemd's own checks, where they are installed: the units are well-formed, and the service's
# exposure, as `systemd-analyze security` counts it from 0 (safe) to 10, is at most 1.5.
set -eu

unit=systemd/reeve.service
most=1.5

if ! command -v systemd-analyze >/dev/null; then
  echo "lint: systemd-analyze is not installed; $unit is not checked"
  exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The program need not be installed for the unit to be right.
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" > "$tmp/reeve.service"
cp systemd/reeve.socket "$tmp/reeve.socket"
problems=$(systemd-analyze verify "$tmp/reeve.service" "$tmp/reeve.socket" 2>&1 | grep -F -e reeve.service -e reeve.socket || true)
if [ -n "$problems" ]; then
  echo "$problems" >&2
  exit 1
fi

exposure=$(systemd-analyze security --offline=yes --no-pager "$unit" | sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
if ! awk -v got="$exposure" -v most="$most" 'BEGIN { exit !(got != "" && got + 0 <= most + 0) }'; then
  echo "$unit: exposure ${exposure:-unknown}, at most $most wanted; see systemd-analyze security --offline=yes $unit" >&2
  exit 1
fi

if command -v systemd-sysusers >/dev/null; then
  mkdir -p "$tmp/image/etc"
  systemd-sysusers --root="$tmp/image" - < systemd/reeve.sysusers 2>/dev/null
  grep -q '^reeve:' "$tmp/image/etc/passwd" || { echo 'systemd/reeve.sysusers: makes no user reeve' >&2; exit 1; }
fi
