#pragma once
#include <memory>
#include <string>
#include <utility>

#include "api/rules.h"
#include "api/service.h"
#include "base/json.h"
#include "dialects/body.h"
#include "dialects/route.h"
#include "dialects/server_state.h"

// Rules as calls take and answer them.
namespace dialects::v1 {

void write_rule(base::JsonWriter& w, const api::RuleView& view);

// The members that say what a rule is, for an object that was begun: its text and its parts.
void write_rule_text(base::JsonWriter& w, const std::string& text, const authz::RuleParts& parts);

// The members of a new rule, and of a change of one.
api::GivenRule read_rule(Fields& fields, FieldErrors& errors);
api::RulePatch read_rule_patch(Fields& fields, FieldErrors& errors);

// The query's `force` and the server's settings. For a route that has the parameter, and no other.
api::Outcome<api::Trial> read_trial(const Call& call, const ServerState& state);

// A change for which rules have to be read, and tests asked: `draft(read, trial)` does that in the pool, once
// the guard has said yes, and `apply(change, drafts)` makes the change and answers. Both are kept, and hold
// copies of what they need.
template <typename Draft, typename Apply>
LongWork with_drafts(const ServerState& state, const api::Trial& trial, Draft draft, Apply apply) {
  const auto drafts = std::make_shared<api::RuleDrafts>();
  drafts->follow_rehearsal = true;
  drafts->trial = trial;
  LongWork work;
  work.begin = [&service = state.service, drafts,
                draft = std::move(draft)]() -> api::Outcome<LongWork::Step> {
    return LongWork::Step([&service, drafts, draft]() -> api::Outcome<void> {
      api::Outcome<api::RuleDrafts> made = api::RuleDrafts();
      const auto read = service.read_as(api::Service::itself(), {}, [&](const api::Read& snapshot) {
        made = draft(snapshot, drafts->trial);
      });
      if (!read.ok()) return read.error();
      if (!made.ok()) return made.error();
      *drafts = std::move(made).value();
      drafts->follow_rehearsal = true;
      return {};
    });
  };
  work.work = [drafts, apply = std::move(apply)](api::Change& change) -> Answer {
    return apply(change, *drafts);
  };
  return work;
}

}  // namespace dialects::v1
