#!/bin/sh
# Holds `make install-cedar` against docs/cedar.md: the program that stands there is built against an installed
# copy, alone, and prints what stands there; uninstall-cedar leaves nothing. `make cedar-lib` comes first.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make=${MAKE:-make}
prefix=$tmp/opt

fail() {
  echo "install-cedar: $1" >&2
  exit 1
}
run() {
  $make -s "$1" PREFIX="$prefix" >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; fail "make $1 failed"; }
}
# The first block of a language in the document.
block() { awk -v start="\`\`\`$1" '$0 == start { on = 1; next } on && $0 == "```" { exit } on' docs/cedar.md; }

run install-cedar
block cpp > "$tmp/photos.cpp"
block text > "$tmp/expected"
test -s "$tmp/photos.cpp" || fail 'docs/cedar.md has no program'
flags=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs reeve-cedar)
# Not from here, where "cedar/cedar.h" would be found in lib/. The flags are words.
# shellcheck disable=SC2086
(cd "$tmp" && ${CXX:-g++} -std=c++20 -Wall -Wextra photos.cpp $flags -o photos) || fail 'the program of docs/cedar.md does not build'
"$tmp/photos" > "$tmp/printed" || fail 'the program of docs/cedar.md failed'
diff -u "$tmp/expected" "$tmp/printed" || fail 'the program of docs/cedar.md prints something else'

# The face is installed and nothing that lies below it, and the document has a line for each header.
include=$prefix/include/reeve-cedar
(cd lib && ls cedar/*.h) > "$tmp/face"
(cd "$include" && find cedar -name '*.h' | sort) | diff -u "$tmp/face" - || fail 'what is installed is not the face'
(cd "$include" && find . -name '*.h' | cut -c3-) | while read -r header; do
  [ "$header" = cedar/cedar.h ] || grep '^| ' docs/cedar.md | grep -qF "\`$header\`" || fail "docs/cedar.md has no line for $header"
done

run uninstall-cedar
left=$(find "$prefix" -type f)
test -z "$left" || fail "still there: $left"

# Nothing is built by an install.
if $make -s install-cedar PREFIX="$prefix" CEDAR_LIB="$tmp/none" >"$tmp/log" 2>&1; then fail 'an install without a library went through'; fi
grep -qF 'run make cedar-lib first' "$tmp/log" || fail 'an install without a library does not say why'
