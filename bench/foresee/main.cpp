// What it takes to explain and to foresee, by how much there is. See README.md.
//
//   bench-foresee DIR [LINES [MOST]]     in a folder that isn't there yet; LINES: growth, plans, past,
//                                        undo, log, or all of them; MOST people and changes, 1,000,000 where
//                                        nothing is said
#include <signal.h>

#include <cstdlib>
#include <string>

#include "base/log.h"
#include "bench/checked.h"
#include "bench/foresee/growth.h"
#include "bench/foresee/measure.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) stop("usage: bench-foresee DIR [growth|plans|past|undo|log|all [MOST]]");
  signal(SIGPIPE, SIG_IGN);
  base::logging::configure(base::logging::Level::kWarn, base::logging::Format::kText);
  const std::string dir = argv[1], lines = argc > 2 ? argv[2] : "all";
  const std::size_t most = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1'000'000;
  const auto is_wanted = [&](const char* line) { return lines == "all" || lines == line; };
  if (is_wanted("log")) print_logged(dir);
  if (is_wanted("plans")) print_plans(dir);
  if (is_wanted("past")) print_past(dir, most);
  if (is_wanted("undo")) print_undone(dir);
  if (is_wanted("growth")) print_growth(dir, most);
  return 0;
}
