#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "app/commands.h"
#include "app/run.h"
#include "domain/dump.h"
#include "store/map_guard.h"
#include "store/read_only.h"

namespace app {

int dump_store(const Given& given) {
  const auto settings = load_settings(given);
  if (!settings.ok()) return failed(settings.error().message);
  const auto& store = settings->config.store;
  store::guard_maps({.advice = "`reeve store check` says what is damaged"});
  const auto opened = store::ReadOnlyStore::open(store.dir, store.map_size);
  if (!opened.ok()) return failed(opened.error().message);
  const auto txn = opened.value()->read();
  if (!txn.ok()) return failed(txn.error().message);
  const auto print = [](std::string_view line) {
    return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fputc('\n', stdout) != EOF;
  };
  const auto damaged = domain::dump(txn.value(), print);
  if (!damaged.ok()) return failed(damaged.error().message);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return failed(std::string("standard output: ") + std::strerror(errno));
  if (*damaged == 0) return 0;
  return failed(store.dir + ": " + std::to_string(*damaged) + (*damaged == 1 ? " record" : " records") +
                " can't be read; each says \"damaged\", and why");
}

}  // namespace app
