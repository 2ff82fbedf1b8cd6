// All rules are read in one snapshot and looked at without any. Entities may be millions, so they are looked
// at slice by slice, each on a snapshot of its own, which goes on behind the last name of the one before:
//
//   revision 70   Doc:1 … Doc:812      10 ms
//   revision 70   Doc:813 … Doc:1700   10 ms
//   revision 74   Doc:1701 …
//
// Whoever then writes by what was found has to see that no entity was written since revision 70.
#include "api/parts/schema_fit.h"

#include <optional>
#include <utility>

#include "api/parts/test_runs.h"
#include "authz/entity_validation.h"
#include "authz/tenant_rule.h"
#include "authz/tenant_schema.h"
#include "domain/decision_settings.h"
#include "domain/entity.h"

namespace api {
namespace {

constexpr std::chrono::nanoseconds kSlice = std::chrono::milliseconds(10);

class Search {
 public:
  Search(const domain::TenantId& tenant, const cedar::Schema& schema) : tenant_(tenant), schema_(schema) {}

  Outcome<SchemaFit> run(OnSnapshot on_snapshot) {
    Outcome<void> outcome;
    const auto on_each = [&](auto fn) -> Outcome<void> {
      auto begun = on_snapshot([&](const Read& read) { outcome = fn(read); });
      if (!begun.ok()) return begun;
      return outcome;
    };
    if (auto begun = on_each([&](const Read& read) { return begin(read); }); !begun.ok())
      return begun.error();
    look_at_rules();
    while (!has_ended_ && !is_late())
      if (auto looked = on_each([&](const Read& read) { return look_at_entities(read); }); !looked.ok())
        return looked.error();
    fit_.misfits.is_all = has_ended_;
    return std::move(fit_);
  }

 private:
  bool is_late() const { return ticks_->now() > until_; }

  Outcome<void> begin(const Read& read) {
    ticks_ = &read.ticks;
    until_ = ticks_->now() + kLongestSchemaCheck;
    fit_.begun_at = read.txn.revision();
    auto texts = stored(authz::read_policy_texts(read.txn, tenant_, nullptr));
    if (!texts.ok()) return texts.error();
    fit_.policies_revision = texts->decisions.policies_revision;
    texts_.emplace(std::move(texts).value());
    return {};
  }

  void look_at_rules() {
    for (const authz::PolicyTexts::Policy& policy : texts_->policies)
      for (const domain::Rule& rule : policy.rules) {
        if (is_late()) return;
        const auto parsed = authz::parse_rule(rule.text, "policy_text");
        if (!parsed.ok()) {
          add(policy.policy.id, rule.id, parsed.error().message);
          continue;
        }
        const auto result = authz::validate_rule(schema_, parsed->body);
        if (!result.is_valid())
          add(policy.policy.id, rule.id,
              parsed->body->source->message(result.errors.front().at.begin, result.errors.front().message));
      }
  }

  void add(const domain::PolicyId& policy, const domain::RuleId& rule, std::string message) {
    ++fit_.misfits.rule_count;
    if (fit_.misfits.rules.size() < Misfits::kMostTold)
      fit_.misfits.rules.push_back({policy, rule, std::move(message)});
  }

  Outcome<void> look_at_entities(const Read& read) {
    const auto until = ticks_->now() + kSlice;
    bool is_slice = false;
    const auto look = [&](domain::StoredEntity&& entity) {
      auto mistakes = authz::find_mistakes(entity, schema_, texts_->decisions.settings);
      if (!mistakes.empty()) {
        ++fit_.misfits.entity_count;
        if (fit_.misfits.entities.size() < Misfits::kMostTold)
          fit_.misfits.entities.push_back(
              {entity.name, std::move(mistakes.front().pointer), std::move(mistakes.front().message)});
      }
      after_ = std::move(entity.name);
      is_slice = ticks_->now() > until;
      return !is_slice;
    };
    const auto each = stored(domain::each_entity(read.txn, tenant_, "", after_ ? &*after_ : nullptr, look));
    has_ended_ = !is_slice;
    return each;
  }

  const domain::TenantId tenant_;
  const cedar::Schema& schema_;
  const base::MonotonicClock* ticks_ = nullptr;
  std::chrono::nanoseconds until_{};
  std::optional<authz::PolicyTexts> texts_;
  std::optional<domain::EntityName> after_;
  bool has_ended_ = false;
  SchemaFit fit_;
};

}  // namespace

Outcome<SchemaFit> find_misfits(OnSnapshot on_snapshot, const domain::TenantId& tenant,
                                const cedar::Schema& schema) {
  return Search(tenant, schema).run(on_snapshot);
}

Outcome<EntitySchema> entity_schema_of(const Change& change, const domain::TenantId& tenant) {
  auto decisions = stored(domain::get_decisions(change.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  auto schema = schema_of(change, tenant);
  if (!schema.ok()) return schema.error();
  return EntitySchema{std::move(schema).value(), std::move(decisions).value()};
}

Outcome<void> check_by_schema(const EntitySchema& by, const NewEntity& given, const EntityPlace& place) {
  if (!by.schema) return {};
  const auto attrs = base::parse_json(given.attrs), tags = base::parse_json(given.tags);
  if (!attrs.ok() || !tags.ok()) return invalid(place.members + "attrs", "is no JSON object");
  std::vector<FieldError> errors;
  for (authz::EntityMistake& mistake :
       authz::find_mistakes({given.name, *attrs, *tags, given.parents}, *by.schema, by.decisions.settings)) {
    const bool is_of_name = mistake.pointer == "type" || mistake.pointer == "id";
    errors.push_back(
        {(is_of_name ? place.name : place.members) + mistake.pointer, std::move(mistake.message)});
  }
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  return {};
}

}  // namespace api
