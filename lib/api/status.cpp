// Each figure is one that something keeps anyway: this only asks for them, so that asking is cheap and what
// isn't known is left out instead of being measured here.
#include "api/status.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "api/parts/authorize.h"
#include "backup/folder.h"
#include "decision_log/log.h"

namespace api {
namespace {

BackupsStatus status_of(const Backups& backups) {
  BackupsStatus status;
  status.is_busy = backups.is_turn_taken();
  auto all = backup::list(backups.folder());
  if (!all.ok()) {
    status.failure = all.error().message;
    return status;
  }
  for (backup::Listed& listed : *all) {
    ++(listed.manifest ? status.whole : status.damaged);
    if (listed.manifest && !status.last) status.last = std::move(listed);
  }
  return status;
}

// The number that stands before the next colon, which is taken with it; nothing where there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + colon, n);
  if (error != std::errc() || end != text.data() + colon) return std::nullopt;
  text.remove_prefix(colon + 1);
  return n;
}

// What a message says is wanted, without what it says is there: that may be a secret in the wrong place.
std::string without_value(std::string_view message) {
  return std::string(message.substr(0, message.find(", not `")));
}

// Of "config/reeve.yaml:3:5: server.thraeds: unknown key" and the lines below it.
ConfigMistake mistake_in(std::string_view block) {
  const std::string_view first = block.substr(0, block.find('\n'));
  ConfigMistake mistake;
  for (std::size_t colon = first.find(':'); colon != std::string_view::npos;
       colon = first.find(':', colon + 1)) {
    std::string_view rest = first.substr(colon + 1);
    const auto line = take_number(rest);
    const auto column = line ? take_number(rest) : std::nullopt;
    if (!column || !rest.starts_with(' ')) continue;
    mistake.file = first.substr(0, colon);
    mistake.line = *line;
    mistake.column = *column;
    mistake.message = without_value(rest.substr(1));
    return mistake;
  }
  mistake.message = without_value(first);
  return mistake;
}

}  // namespace

std::vector<ConfigMistake> mistakes_in(const std::string& text) {
  std::vector<ConfigMistake> mistakes;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find("\n\n");
    const std::string_view block = rest.substr(0, end);
    if (!block.empty()) mistakes.push_back(mistake_in(block));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
  return mistakes;
}

Outcome<Status> get_status(const Read& read, const store::Store& store, const Backups& backups,
                           const std::function<ProcessFacts()>& facts) {
  const auto authorized = authorize(read, on_tenant(op::get_status, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  const auto statistics = stored(store.statistics());
  if (!statistics.ok()) return statistics.error();
  Status status;
  status.store = *statistics;
  status.room = store.room();
  status.is_damaged = store.is_damaged();
  if (facts) status.process = facts();
  if (!backups.folder().empty()) status.backups = status_of(backups);
  if (read.decision_log) status.decisions_lost = read.decision_log->lost();
  return status;
}

Outcome<std::vector<ConfigValue>> get_config(const Read& read,
                                             const std::function<std::vector<ConfigValue>()>& config) {
  const auto authorized = authorize(read, on_tenant(op::get_config, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  return config ? config() : std::vector<ConfigValue>();
}

}  // namespace api
