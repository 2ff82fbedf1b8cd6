#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/decision_entry.h"
#include "api/decisions.h"
#include "authz/tenant_policies.h"
#include "base/result.h"
#include "base/uuid.h"
#include "decision_log/event.h"

namespace api {

// Makes entries of the decision log of what one call decides, as the tenant's settings say, and gives them to
// the log once the call is about to be answered. For one thread; lives no longer than the Read.
class DecisionRecorder {
 public:
  // `call` is what entries say of where the question came from: "evaluation". Policies: null, where the
  // tenant's aren't known; then nothing is recorded.
  DecisionRecorder(const Read&, const domain::TenantId&, std::shared_ptr<const authz::TenantPolicies>,
                   std::string_view call);

  // Whether anything is recorded, or counted.
  bool is_on() const { return settings_ && read_.decision_log; }

  // Whether the call must not be answered before its entries are on disk: it is not for a reactor then.
  bool is_strict() const { return settings_ && settings_->strict; }

  // Notes a decision, and how long it took. The entry's id, where it will have one. `subject`: whom the
  // directory holds by the question's name.
  std::optional<base::Uuid> note(const DecisionQuestion&, const Decided&, std::chrono::nanoseconds took,
                                 const std::optional<domain::Principal>& subject);

  // Gives the log what has come together, if that is much, and waits for it as finish() does, which then says
  // what failed. For calls that will not be begun anew.
  void flush_if_large();

  // Gives the log all that was noted; waits for the disk where the tenant's log is strict, and then fails
  // with kOverloaded where it isn't known to be there.
  Outcome<void> finish();

 private:
  bool is_kept(bool allowed, const base::Uuid& id) const;
  decision_log::Uses uses_of(const Decided&, const std::optional<domain::Principal>& subject) const;
  bool is_as_before(const Decided&, const std::optional<domain::Principal>& subject) const;
  bool count(const Decided&, const std::optional<domain::Principal>& subject);
  void end_event();

  const Read& read_;
  const domain::TenantId tenant_;
  const std::shared_ptr<const authz::TenantPolicies> policies_;
  const domain::LogSettings* settings_ = nullptr;  // null: nothing is recorded
  std::optional<DecisionEntries> entries_;         // there while something is recorded

  // The last decision, and what was counted of it: what is as it was needn't be counted again.
  struct Counted {
    Decided decided;
    std::optional<domain::Principal> subject;
    decision_log::Uses uses;
  };
  std::optional<Counted> counted_;

  // The event that is being made.
  decision_log::Folding folding_;
  bool follows_ = false;  // what is noted next follows the entry of what was noted last
  decision_log::Uses uses_;
  std::uint64_t decisions_ = 0;

  std::vector<decision_log::Event> events_;
  std::size_t bytes_ = 0;              // of entries that the log doesn't have yet
  std::optional<base::Error> failed_;  // why an entry of a strict log isn't known to be kept
};

}  // namespace api
