#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "authz/tenant_policies.h"
#include "decision_log/fold.h"
#include "decision_log/mask.h"
#include "domain/entity_name.h"

namespace api {

// A decision that is to be an entry of the decision log.
struct NotedDecision {
  const DecisionQuestion& question;
  const Decided& decided;
  const std::optional<domain::Principal>& subject;  // whom the directory holds by the question's name
  std::chrono::nanoseconds took;
};

// Whether they came about in the same way, so that entries say the same of them.
bool is_same_outcome(const Decided&, const Decided&);

// Makes the texts of entries of what one call decides: without what is masked, and without values where these
// are too much. For one thread; what it is given must outlive it.
class DecisionEntries {
 public:
  DecisionEntries(const Read&, const authz::TenantPolicies&, std::string_view call);

  // What stands in an entry behind `{"id":"…",`. Valid until the next call.
  std::string_view text_of(const NotedDecision&);

  // What of that text isn't as in the last one, behind its id; nothing where it has to be made whole. Nearly
  // all questions of a call differ by the resource's id alone. Valid until the next call. REQUIRES: the last
  // one is the entry before, and came about in the same way (is_same_outcome())
  std::optional<std::span<const decision_log::Edit>> edits_of(const NotedDecision&);

  // Bytes of the last text.
  std::size_t size() const { return last_ ? last_->size : text_.size(); }

  const decision_log::Mask::Beside& hides() const { return hides_; }

 private:
  // Properties or a context, as they were last written: where they come again they needn't be written anew.
  struct Values {
    std::optional<base::Json> value;
    std::string text;  // `,"properties":{…}`
    std::vector<std::string> masked;
    bool are_there = false;  // in the last entry
  };
  // A part of the request, and what of it the mask leads to.
  struct Part {
    std::string_view name;
    const decision_log::Mask::Node* masked = nullptr;
    Values properties{};
  };
  struct Outcome {
    Decided decided;
    std::string text;
  };

  // Where in the last entry's text something stands.
  struct Place {
    std::size_t at = 0, size = 0;
  };
  // The last entry, where the next may be told by edits.
  struct Last {
    domain::EntityName subject;
    std::string action, resource_type;
    Place resource_id, latency;
    std::size_t size = 0;
  };

  const decision_log::Mask::Node* masked(std::string_view name) const;
  void remember(const DecisionQuestion&);
  static bool is_as_before(const base::Json& value, const Values&);
  void add_request(const DecisionQuestion&, bool with_values);
  Values values_of(std::string_view name, const base::Json&, const decision_log::Mask::Node* parent,
                   std::string_view at) const;
  void add_values(std::string_view name, const base::Json&, const decision_log::Mask::Node* parent,
                  std::string_view at, Values&);
  void begin_part(const Part&);
  struct Named {
    std::string_view name, value;
  };
  void add_name(const Part&, const Named&);
  void end_part(Part&, const base::Json& properties, bool with_values);
  void begin(const NotedDecision&);
  void end(const NotedDecision&, bool is_cut);
  std::string outcome_of(const Decided&) const;
  void add_outcome(const Decided&);

  const Read& read_;
  const authz::TenantPolicies& policies_;
  const std::string beginning_, asked_by_, request_id_;
  const std::optional<decision_log::Mask> mask_;
  const decision_log::SecretMembers secret_;
  const decision_log::Mask::Beside hides_;

  Part subject_{"subject", masked("subject")}, action_{"action", masked("action")},
      resource_{"resource", masked("resource")};
  Values context_;
  std::optional<Outcome> outcome_;
  bool remembers_ = false;  // of a single entry nothing is kept for the next
  std::optional<Last> last_;
  std::array<decision_log::Edit, 2> edits_;
  std::string latency_;
  Place resource_id_, latency_place_;  // in text_; size 0: it is masked
  std::string text_;                   // of the entry that is being made
  std::vector<std::string> masked_;    // likewise
};

}  // namespace api
