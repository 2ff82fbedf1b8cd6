# Prints the results as one table, whether all decided the same, and which goals are reached.
BEGIN {
  FS = "\t"
  others = split("cedar-go official-native official-wasm", other, " ")
  ways = split("reeve-verdict reeve-source reeve-plain", way, " ")
}
$6 == "answers" { answers[$1, $2] = $3; next }
{
  if ($2 == "reeve") order[++rows] = $1
  median[$1, $2] = $3; low[$1, $2] = $4; high[$1, $2] = $5; unit[$1] = $6
}

function amount(n, of) {
  if (of != "ns") return sprintf(n < 100 ? "%.1f %s" : "%.0f %s", n, of == "bytes" ? "B" : of)
  return n < 1e3 ? sprintf("%.0f ns", n) : n < 1e6 ? sprintf("%.2f us", n / 1e3) : sprintf("%.2f ms", n / 1e6)
}
# Half the way between the tenths, in hundredths of the median.
function spread(r, i) { return sprintf("+-%.0f%%", 50 * (high[r, i] - low[r, i]) / median[r, i]) }
# How many times better ours is.
function ratio(r, i) {
  return unit[r] == "MB/s" ? median[r, "reeve"] / median[r, i] : median[r, i] / median[r, "reeve"]
}
function cell(r, i) {
  if (!((r, i) in median)) return sprintf("%24s", "-")
  return sprintf("%10s %6s %6s", amount(median[r, i], unit[r]), spread(r, i),
                 i == "reeve" ? "" : sprintf(ratio(r, i) < 10 ? "%.1fx" : "%.0fx", ratio(r, i)))
}

function goal(what, is_reached, value) { printf "%-8s %-62s %s\n", is_reached ? "reached" : "MISSED", what, value }
function goal_ratio(r, i, least) {
  if ((r, i) in median) goal(r ": " least " times as fast as " i, ratio(r, i) >= least, sprintf("%.1fx", ratio(r, i)))
}
function goal_most(r, most, what) {
  if ((r, "reeve") in median) goal(r ": at most " what, median[r, "reeve"] <= most, amount(median[r, "reeve"], unit[r]))
}
# `more` is what ten times as much of something takes: in all, or of each where it is given by the piece.
function goal_growth(less, more, most) {
  if (!((less, "reeve") in median) || !((more, "reeve") in median)) return
  r = median[more, "reeve"] / median[less, "reeve"]
  goal(more ": at most " most " times " less, r <= most, sprintf("%.2fx", r))
}

END {
  printf "%-24s %24s", "median, spread, ratio", "reeve"
  for (i = 1; i <= others; ++i) printf " |%24s", other[i]
  printf "\n"
  for (n = 1; n <= rows; ++n) {
    printf "%-24s %s", order[n], cell(order[n], "reeve")
    for (i = 1; i <= others; ++i) printf " |%s", cell(order[n], other[i])
    printf "\n"
  }

  printf "\n%-24s", "other ways to ask"
  for (i = 1; i <= ways; ++i) printf " |%24s", way[i]
  printf " |%24s\n", "official-wasm-bare"
  for (n = 1; n <= rows; ++n) {
    if (!((order[n], way[1]) in median)) continue
    printf "%-24s", order[n]
    for (i = 1; i <= ways; ++i) printf " |%s", cell(order[n], way[i])
    printf " |%s\n", cell(order[n], "official-wasm-bare")
  }

  printf "\n"
  for (key in answers) {
    split(key, part, SUBSEP)
    ++compared
    if (answers[key] == answers[part[1], "reeve"]) continue
    print "DIFFERENT ANSWERS: " part[1] ": reeve and " part[2]
    ++different
  }
  printf "%d lists of answers compared, %d differ\n\n", compared, different

  shapes = split("drive repository tasks", shape, " ")
  for (i = 1; i <= shapes; ++i) {
    goal_most(shape[i] "-5", 1e3, "1 us")
    goal_most(shape[i] "-20", 1e3, "1 us")
    goal_most(shape[i] "-50", 1e3, "1 us")
  }
  goal_growth("equal-10", "equal-10000", 2)
  goal_growth("in-10", "in-10000", 2)
  goal_most("attribute-10000", 2e4, "20 us")
  kinds = split("equal in attribute", kind, " ")
  for (i = 1; i <= kinds; ++i) {
    goal_ratio(kind[i] "-1", "official-native", 20)
    goal_ratio(kind[i] "-1", "official-wasm", 20)
    goal_ratio(kind[i] "-1", "cedar-go", 3)
    goal_ratio(kind[i] "-10000", "official-native", 100)
    goal_ratio(kind[i] "-10000", "official-wasm", 100)
    goal_ratio(kind[i] "-10000", "cedar-go", 100)
    goal_most("memory-" kind[i] "-10000", 1024, "1 KB for each policy")
    goal_growth("load-" kind[i] "-10000", "load-" kind[i] "-100000", 2)
  }
  goal_growth("anywhere-100", "anywhere-1000", 15)
  goal_growth("deep-100", "deep-1000", 15)
  goal_growth("wide-1000", "wide-10000", 15)
  goal_growth("set-1000", "set-10000", 15)
  goal_growth("like-1000", "like-10000", 15)
  goal("parse: at least 60 MB/s", median["parse", "reeve"] >= 60, amount(median["parse", "reeve"], "MB/s"))
  exit different > 0
}
