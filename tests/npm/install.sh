#!/bin/sh
# tests/npm/install.sh FROM TO: installs into TO exactly what FROM/package-lock.json lists, without running any
# script of a package. Where npm is missing or its registry out of reach, says so and installs nothing, unless
# CI=true; whatever else is wrong is an error.
#
# A lock file names no registry (npm's omit-lockfile-registry-resolved). That of frontier lists the package
# alone: its calls are one file that needs nothing, and what its pages need is 500 packages.
set -eu
from=$1
to=$2

skip() {
  echo "$from: skipped, $1"
  if [ "${CI:-}" = true ]; then echo "the packages are required where CI=true" >&2; exit 1; fi
  exit 0
}

command -v npm >/dev/null || skip 'npm is not installed'
rm -rf "$to"
mkdir -p "$to"
cp "$from/package.json" "$from/package-lock.json" "$to"
if (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000) >"$to/npm.log" 2>&1
then
  touch "$to/.installed"
elif grep -Eq 'code (ENOTFOUND|EAI_AGAIN|ECONN[A-Z]*|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|E5[0-9][0-9])' "$to/npm.log"
then
  skip 'the registry of npm is out of reach'
else
  cat "$to/npm.log" >&2
  exit 1
fi
