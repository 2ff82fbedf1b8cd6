#!/bin/sh
# Tries the two commands of the README in minimal Debian systems, as root: sh tests/platforms.sh [SUITE...]
# (default: bookworm trixie). Of `make run` it says after how many seconds each printed call was answered,
# packages and build included where the system is new. Needs root, debootstrap, and Debian's archive. Not part
# of make check, since it fetches two systems; run it before a release.
set -eu
cd "$(dirname "$0")/.."
test "$(id -u)" = 0 || { echo "tests/platforms.sh: needs root, for chroot" >&2; exit 1; }
mirror=${DEBIAN_MIRROR:-}
roots=${PLATFORM_ROOTS:-/var/tmp/reeve-platforms}

try() {
  suite=$1 root=$roots/$1
  test -x "$root/usr/bin/make" || debootstrap --variant=minbase --include=make,ca-certificates "$suite" "$root" $mirror
  rm -rf "$root/src" && mkdir -p "$root/src/reeve"
  git archive HEAD | tar -x -C "$root/src/reeve"
  if test -d ../shared/cedar; then mkdir -p "$root/src/shared" && cp -r ../shared/cedar "$root/src/shared/"; fi
  mount --bind /proc "$root/proc"
  mount --bind /dev "$root/dev"
  trap 'umount "$root/proc" "$root/dev"' EXIT
  chroot "$root" sh -euc '
    cd /src/reeve
    begin=$(date +%s)
    make run >/tmp/run.out 2>&1 & pid=$!
    for i in $(seq 1200); do grep -q ^curl /tmp/run.out && break; sleep 1; kill -0 $pid || break; done
    grep -q "^curl" /tmp/run.out || { cat /tmp/run.out; exit 1; }
    grep "^curl" /tmp/run.out | while read -r call; do
      eval "$call -sS -o /tmp/answer -w \"%{http_code} \"" && head -c 300 /tmp/answer && echo
      echo "  after $(($(date +%s) - begin)) s"
    done
    kill $pid; wait $pid || true
    rm -rf data/db
    make test'
  umount "$root/proc" "$root/dev"
  trap - EXIT
  echo "ok: $suite"
}

for suite in ${*:-bookworm trixie}; do try "$suite"; done
