#!/bin/sh
# Prints a C++ file that holds each named file as bytes, by its path, that of what the build made below its gen/:
# sh data/embed.sh FILE...
# Only POSIX od and sed, so that nothing need be installed to build.
set -eu
echo '#include "base/embedded.h"'
i=0
table=
for f in "$@"; do
  echo "static const unsigned char kFile$i[] = {"
  od -An -v -t u1 "$f" | sed 's/[0-9][0-9]*/&,/g'
  echo '0};'
  table="$table    {\"${f#*/gen/}\", {reinterpret_cast<const char*>(kFile$i), sizeof kFile$i - 1}},
"
  i=$((i + 1))
done
echo 'std::span<const base::EmbeddedFile> base::embedded_files() {'
echo '  static const EmbeddedFile files[] = {'
printf '%s' "$table"
echo '  };'
echo '  return files;'
echo '}'
