#!/bin/sh
# What one caller can do to another tenant: each attack beside a well-behaved client. sh bench/abuse/run.sh
#
#   ROUNDS=3 SECONDS_EACH=4      how often, and how long each measurement takes
#   ONLY="unread slow-heads"     these attacks alone; ONLY=list prints their names
#   MANY=1                       the tenant that is deleted has 64,000 groups instead of 4,000
#   NICE=19                      of the attackers; the victim's and the servers' is 0
#   REEVE=build/release/reeve    the server that is measured
#
# Needs python3; nginx for the baseline, which is left out where it isn't installed. Ends with 0 whatever the
# figures are. README.md says how they are made and what they don't show.
set -eu
cd "$(dirname "$0")/../.."
command -v python3 > /dev/null || { echo 'bench-abuse: python3 is not installed' >&2; exit 1; }
reeve=${REEVE:-build/release/reeve}
case $reeve in /*) ;; *) reeve=$PWD/$reeve ;; esac
test -x "$reeve" || { echo "bench-abuse: $reeve: no such program; run make first, or set REEVE" >&2; exit 1; }
export REEVE="$reeve" PYTHONDONTWRITEBYTECODE=1
exec python3 bench/abuse/measure.py
