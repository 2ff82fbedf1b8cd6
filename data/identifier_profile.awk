# Makes lib/cedar/validate/identifier_profile_table.h of Unicode's IdentifierStatus.txt (UTS #39, "General Security
# Profile for Identifiers"), which is at https://www.unicode.org/Public/security/ for each version:
#
#     awk -f data/identifier_profile.awk IdentifierStatus.txt > lib/cedar/validate/identifier_profile_table.h
#
# The file lists what is allowed, `00C0..00D6 ; Allowed # …`, in order; all else is restricted.

function number(hex,   i, n) {
  for (i = 1; i <= length(hex); ++i) n = n * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
  return n
}

function put(run) {
  if (length(line) + length(run) + 2 > 110) {
    lines = lines line "\n"
    line = "   "
  }
  line = line " " run ","
  ++count
}

BEGIN {
  line = "   "
  from = -1   # where the open run of allowed characters begins
}

/^# Version: / { version = $3 }

/^[0-9A-F]/ && $3 == "Allowed" {
  ends = split($1, range, /\.\./)
  first = number(range[1])
  if (from < 0 || first != next_one) {
    if (from >= 0) put(next_one - from)
    put(first - next_one)
    from = first
  }
  next_one = number(range[ends]) + 1
}

END {
  put(next_one - from)
  print "#pragma once"
  print "// Made by data/identifier_profile.awk of IdentifierStatus.txt, version " version "; not edited by hand."
  print "#include <array>"
  print "#include <cstdint>"
  print ""
  print "namespace cedar {"
  print ""
  print "// The lengths of runs of characters from U+0000 on, in turn restricted and allowed. What follows the last is"
  print "// restricted."
  print "constexpr std::array<std::uint16_t, " count "> kIdentifierRuns = {"
  print lines line
  print "};"
  print ""
  print "}  // namespace cedar"
}
