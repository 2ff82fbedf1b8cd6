// An entry is asked by the clock of its time, and what a Decider has read of the store is by its clock. So
// entries of the same millisecond share a pair of them, and others have one of their own, which costs some
// microseconds.
#include "api/recorded_flips.h"

#include <memory>
#include <utility>

#include "api/decision_log.h"
#include "api/parts/authorize.h"
#include "api/parts/policy_questions.h"
#include "api/resources.h"
#include "authz/decision.h"
#include "authz/tenant_policies.h"

namespace api {
namespace {

class Comparison {
 public:
  struct Side {
    const store::ReadTxn& txn;
    std::shared_ptr<const authz::TenantPolicies> policies;
  };
  Comparison(const Read& read, const domain::TenantId& tenant, UserIds user_ids, Side before, Side after)
      : read_(read),
        tenant_(tenant),
        user_ids_(user_ids),
        before_(std::move(before)),
        after_(std::move(after)) {}

  struct Compared {
    authz::Flip flip;
    bool turns;
  };
  // Nothing where it can't be asked.
  Outcome<std::optional<Compared>> compare(const base::Json& entry);

  base::Timestamp time() const { return now_; }  // of the entry compared last

 private:
  std::optional<DecisionQuestion> question_of(const base::Json& entry);
  std::unique_ptr<authz::Decider> decider(const Side& side) const;

  const Read& read_;
  const domain::TenantId& tenant_;
  const UserIds user_ids_;
  const Side before_, after_;
  base::Timestamp now_{};
  std::unique_ptr<authz::Decider> was_, would_be_;  // by now_
};

// Its time, and the question that it was the answer to; nothing where not all of that is known.
std::optional<DecisionQuestion> Comparison::question_of(const base::Json& entry) {
  const std::string* const time = entry.find_string("time");
  const auto at = time ? base::parse_timestamp(*time) : std::nullopt;
  if (!at || entry.find("masked") || entry.find("cut")) return std::nullopt;
  base::Json::Object parts;
  for (const char* const part : {"subject", "action", "resource", "context"})
    if (const base::Json* const given = entry.find(part)) parts.emplace_back(part, *given);
  auto question = read_question(base::Json(std::move(parts)), "");
  if (!question.ok()) return std::nullopt;
  // Of what is Reeve's own no policy of a tenant decides.
  const std::string* const call = entry.find_string("call");
  if (call && *call == "check" && question->resource.type.starts_with(kOwnSpaces)) return std::nullopt;
  if (!was_ || *at != now_) {
    now_ = *at;
    was_ = decider(before_);
    would_be_ = decider(after_);
  }
  return std::move(question).value();
}

std::unique_ptr<authz::Decider> Comparison::decider(const Side& side) const {
  auto made =
      std::make_unique<authz::Decider>(side.txn, *read_.catalogue, side.policies, tenant_, user_ids_, now_);
  made->hurry();
  return made;
}

Outcome<std::optional<Comparison::Compared>> Comparison::compare(const base::Json& entry) {
  const auto question = question_of(entry);
  if (!question) return std::optional<Compared>();
  const auto was = was_->decide(*question), would_be = would_be_->decide(*question);
  for (const auto* const decided : {&was, &would_be})
    if (!decided->ok() && decided->error().code != base::ErrorCode::kInvalid)
      return from_store(decided->error());
  if (was_->is_heavy() || would_be_->is_heavy() || !was.ok() || !would_be.ok())
    return std::optional<Compared>();
  return std::optional(Compared{{question->subject, question->action, question->resource, would_be->allowed},
                                was->allowed != would_be->allowed});
}

}  // namespace

Outcome<std::optional<RecordedFlips>> recorded_flips_of(const Read& before, const Change& after,
                                                        const domain::TenantId& tenant, UserIds user_ids) {
  std::optional<RecordedFlips> flips;
  const auto authorized = authorize(before, on_tenant(op::list_decisions, tenant));
  if (!authorized.ok() && authorized.error().code != Code::kForbidden) return authorized.error();
  if (!authorized.ok()) return flips;
  const auto count = kept_decisions(before, tenant);
  if (!count.ok()) return count.error();
  if (!*count) return flips;
  flips.emplace().kept = **count;

  auto compiled_before = stored(authz::compile_policies(before.txn, tenant));
  if (!compiled_before.ok()) return compiled_before.error();
  auto compiled_after = stored(authz::compile_policies(after.txn, tenant));
  if (!compiled_after.ok()) return compiled_after.error();
  Comparison comparison(before, tenant, user_ids, {before.txn, std::move(compiled_before).value()},
                        {after.txn, std::move(compiled_after).value()});
  const auto end = before.ticks.now() + kRecordedTime;
  Outcome<void> failed;
  const auto each = [&](const base::Uuid& id, const base::Json& entry) {
    if (flips->examined == kMostRecorded || before.ticks.now() >= end) return false;
    const auto compared = comparison.compare(entry);
    if (!compared.ok()) {
      failed = compared.error();
      return false;
    }
    ++flips->examined;
    if (!*compared) {
      ++flips->not_comparable;
    } else if ((*compared)->turns) {
      ++((*compared)->flip.allowed ? flips->to_allowed : flips->to_denied);
      if (flips->first.size() < RecordedFlips::kMostListed)
        flips->first.push_back({id, comparison.time(), (*compared)->flip});
    }
    return true;
  };
  if (auto read = each_decision(before, tenant, each); !read.ok()) return read.error();
  if (!failed.ok()) return failed.error();
  return flips;
}

}  // namespace api
