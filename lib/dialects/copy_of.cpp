#include "dialects/copy_of.h"

#include "base/json.h"

namespace dialects {
namespace {

std::string seconds(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

std::string stale(const CopyOf& copy) {
  const auto age = copy.age();
  if (!age) return "this copy hasn't had all of the primary's changes yet";
  if (*age <= copy.max_stale) return "";
  return "this copy has last had all of the primary's changes " + seconds(*age) + " ago, and may for " +
         seconds(copy.max_stale) + " (follow.max_stale)";
}

}  // namespace

std::optional<api::Error> refuse_stale(const CopyOf& copy) {
  std::string why = stale(copy);
  if (why.empty()) return std::nullopt;
  return api::error(api::Code::kStale, std::move(why));
}

api::Error refuse_change(const CopyOf& copy) {
  api::Error error = api::error(api::Code::kReadOnly,
                                "this is a copy, which takes no changes; make them at " + copy.primary);
  error.details = {{"primary", base::to_text(base::Json(copy.primary))}};
  return error;
}

std::string not_ready(const CopyOf& copy) {
  const std::string hindrance = copy.hindrance();
  const std::string why = stale(copy);
  return why.empty() || hindrance.empty() ? why + hindrance : why + "; " + hindrance;
}

}  // namespace dialects
