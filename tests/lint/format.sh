#!/bin/sh
# Holds the code against .clang-format, and lines of lib/ and of the documents against 110 columns.
#
#   sh tests/lint/format.sh            says which files are laid out otherwise
#   sh tests/lint/format.sh --write    lays them out
#
# One version of clang-format decides, since two lay out some lines differently: 14, as Debian 12 has it. Where
# it isn't installed the lint says so, and checks the columns only; a change from there is laid out by whoever
# takes it. Generated files, which say so on their second line, are left as they are.
set -eu

version=14
columns=110

formatter=
for name in "clang-format-$version" clang-format; do
  if "$name" --version 2>/dev/null | grep -q "version $version\."; then
    formatter=$name
    break
  fi
done

files=$(find lib tests bench data main.cpp -name '*.h' -o -name '*.cpp' | sort)
made=$(printf '%s\n' "$files" | xargs awk 'FNR == 2 && /not edited by hand/ { print FILENAME }')
files=$(printf '%s\n' "$files" | grep -vxF -e "$made")

if [ "${1:-}" = --write ]; then
  test -n "$formatter" || { echo "format: clang-format $version is not installed" >&2; exit 1; }
  printf '%s\n' "$files" | xargs "$formatter" -i --style=file
  exit 0
fi

status=0
if [ -n "$formatter" ]; then
  wrong=$(printf '%s\n' "$files" | xargs "$formatter" --dry-run --style=file 2>&1 |
    sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: warning: .*/\1/p' | uniq -c | awk '{ print $2 ": " $1 }')
  if [ -n "$wrong" ]; then
    printf '%s\n' "$wrong" | sed 's/$/ places are laid out otherwise than .clang-format says/' >&2
    echo "lint: lay them out with  sh tests/lint/format.sh --write" >&2
    status=1
  fi
else
  echo "lint: clang-format $version is not installed; the layout of the code is not checked"
fi

# Prints "file:line: text" of the lines that are too long. Of lib/ all but raw strings, which cannot be split, and lines
# that are one string; of the documents the prose: a table's row is one line, and what is to be typed or was printed
# stays as it is.
export LC_ALL=C.UTF-8
too_long() {
  grep -rnE --include='*.h' --include='*.cpp' "^.{$((columns + 1)),}" lib |
    grep -vE -e 'R"\(' -e '^[^:]*:[0-9]*: *"([^"\\]|\\.)*"[,;)]*$'
  for page in README.md CONTRIBUTING.md docs/*.md; do
    awk -v page="$page" '
      /^```/ { is_code = !is_code }
      !is_code && !/^(```|\||    )/ { print page ":" NR ":" $0 }' "$page" |
      grep -E "^[^:]*:[0-9]*:.{$((columns + 1)),}"
  done
}
long=$(too_long || true)
if [ -n "$long" ]; then
  printf '%s\n' "$long" | cut -c1-120 >&2
  echo "lint: these lines have more than $columns columns" >&2
  status=1
fi
exit $status
