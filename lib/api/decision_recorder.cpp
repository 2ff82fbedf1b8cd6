// Entries of a call go to the log folded together (decision_log/fold.h), in pieces that are blocks there.
// What a decision is to be counted by is noted once for all that come after it and are counted alike.
#include "api/decision_recorder.h"

#include <utility>

#include "decision_log/log.h"

namespace api {
namespace {

// Of entries that one call has together before it gives them to the log.
constexpr std::size_t kMuch = std::size_t{1} << 20U;

constexpr std::chrono::seconds kStrictLimit{5};

}  // namespace

DecisionRecorder::DecisionRecorder(const Read& read, const domain::TenantId& tenant,
                                   std::shared_ptr<const authz::TenantPolicies> policies,
                                   std::string_view call)
    : read_(read), tenant_(tenant), policies_(std::move(policies)) {
  if (read.today) return;  // what would have been decided at another time is no decision
  if (!policies_ || policies_->settings.log.kind == domain::LogKind::kOff) return;
  settings_ = &policies_->settings.log;
  entries_.emplace(read, *policies_, call);
}

// By the 40 first of the random bits of a version 7 id: whoever has an id can tell.
bool DecisionRecorder::is_kept(bool allowed, const base::Uuid& id) const {
  switch (settings_->kind) {
    case domain::LogKind::kOff:
      return false;
    case domain::LogKind::kDenied:
      return !allowed;
    case domain::LogKind::kAll:
      return true;
    case domain::LogKind::kSample:
      break;
  }
  constexpr int kBits = 40;
  std::uint64_t random = id.bytes()[8] & 0x3FU;
  for (std::size_t i = 9; i < 14; ++i) random = random << 8U | id.bytes()[i];
  random >>= 6U;  // 46 bits to 40
  return random * domain::kWhole < settings_->per_million << kBits;
}

decision_log::Uses DecisionRecorder::uses_of(const Decided& decided,
                                             const std::optional<domain::Principal>& subject) const {
  using decision_log::Used;
  const decision_log::Mask::Beside& hides = entries_->hides();
  decision_log::Uses uses;
  for (const auto* rule : decided.determining) uses.add(Used::kRule, rule->rule.raw());
  if (!hides.grants)
    for (const domain::GrantId& grant : decided.grants) uses.add(Used::kGrant, grant.raw());
  if (decided.permission && !hides.permission)
    uses.add(Used::kPermission, read_.catalogue->all()[*decided.permission].scope);
  if (decided.by_roles && subject && !hides.subject) uses.add(Used::kSubject, subject->id.raw());
  return uses;
}

bool DecisionRecorder::is_as_before(const Decided& decided,
                                    const std::optional<domain::Principal>& subject) const {
  return counted_ && counted_->subject == subject && is_same_outcome(counted_->decided, decided);
}

// Whether there is anything new to count. REQUIRES: !is_as_before()
bool DecisionRecorder::count(const Decided& decided, const std::optional<domain::Principal>& subject) {
  decision_log::Uses uses = uses_of(decided, subject);
  const bool is_new = counted_ ? uses != counted_->uses : !uses.empty();
  if (is_new) uses_.add(uses);
  counted_.emplace(Counted{decided, subject, std::move(uses)});
  return is_new;
}

// What has come together becomes one event.
void DecisionRecorder::end_event() {
  if (folding_.empty() && uses_.empty()) return;
  decision_log::Event event;
  event.tenant = tenant_;
  event.keep = {settings_->keep_entries, settings_->keep_days};
  event.decisions = std::exchange(decisions_, 0);
  event.uses = std::exchange(uses_, {});
  event.entries = folding_.take();
  follows_ = false;
  events_.push_back(std::move(event));
}

std::optional<base::Uuid> DecisionRecorder::note(const DecisionQuestion& question, const Decided& decided,
                                                 std::chrono::nanoseconds took,
                                                 const std::optional<domain::Principal>& subject) {
  if (!is_on()) return std::nullopt;
  const base::Uuid id = read_.decision_log->make_id(read_.now);
  const bool is_kept = this->is_kept(decided.allowed, id);
  const NotedDecision noted{question, decided, subject, took};
  const bool is_same = is_as_before(decided, subject);
  std::optional<std::span<const decision_log::Edit>> edits;
  if (is_kept && is_same && follows_) edits = entries_->edits_of(noted);
  if (edits && !folding_.has_room_for(decision_log::kBeginning + entries_->size())) edits.reset();
  const std::string_view text = is_kept && !edits ? entries_->text_of(noted) : std::string_view();
  if (!edits && !folding_.has_room_for(decision_log::kBeginning + text.size())) end_event();
  const std::size_t before = folding_.bytes() + uses_.size();
  const bool is_counted = !is_same && count(decided, subject);
  if (edits)
    folding_.add_edited(id, *edits);
  else if (is_kept)
    folding_.add_behind_id(id, text);
  follows_ = is_kept;
  bytes_ += folding_.bytes() + uses_.size() - before;
  if (is_kept || is_counted) ++decisions_;
  return is_kept ? std::optional(id) : std::nullopt;
}

void DecisionRecorder::flush_if_large() {
  if (bytes_ < kMuch || !is_on()) return;
  bytes_ = 0;
  end_event();
  if (!is_strict())
    read_.decision_log->put(std::exchange(events_, {}));
  else if (const auto kept = read_.decision_log->put_and_wait(std::exchange(events_, {}), kStrictLimit);
           !kept.ok() && !failed_)
    failed_ = kept.error();
}

Outcome<void> DecisionRecorder::finish() {
  if (is_strict() && !read_.decision_log)
    return error(Code::kOverloaded, "the decision log: there is none, and this tenant's decisions need one");
  if (is_on()) end_event();
  if (!is_strict()) {
    if (!events_.empty()) read_.decision_log->put(std::exchange(events_, {}));
    return {};
  }
  if (!failed_ && !events_.empty())
    if (auto kept = read_.decision_log->put_and_wait(std::exchange(events_, {}), kStrictLimit); !kept.ok())
      failed_ = kept.error();
  if (!failed_) return {};
  return error(Code::kOverloaded, failed_->message + ", and this tenant's is strict; try again later");
}

}  // namespace api
