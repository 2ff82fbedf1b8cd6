#!/bin/sh
# Prints the headers that no source file shows to compile alone. A .cpp whose first include is the header of its
# own name does so each time it is compiled without the precompiled header, as clang-tidy and BUILD=debug do.
set -eu
cd "$(dirname "$0")/../.."
find lib tests -name '*.h' | sort | while read -r header; do
  source=${header%.h}.cpp
  case $source in lib/*) ;; *) source= ;; esac  # clang-tidy sees lib/ alone
  if test -n "$source" && test -f "$source"; then
    first=$(grep -m1 '^#include' "$source" | sed 's/.*["<]\(.*\)[">].*/\1/')
    test "$first" != "${header#lib/}" || continue
  fi
  echo "$header"
done
