#include "authz/tenant_rule.h"

#include <memory>
#include <utility>

#include "cedar/parser.h"
#include "cedar/source.h"

namespace authz {
namespace {

base::Error invalid(std::string message) {
  return {base::ErrorCode::kInvalid, std::move(message)};
}

// The tree of an annotation doesn't say where it stood.
std::size_t place_of(const cedar::Template& policy, const std::string& key) {
  const std::size_t at = policy.source->text().find("@" + key, policy.at.begin);
  return at < policy.principal_at.begin ? at : policy.at.begin;
}

}  // namespace

base::Result<Obligation> parse_obligation(const ObligationText& text) {
  if (text.id.empty()) return invalid("an obligation needs an id, as in `@obligation_audit(…)`");
  auto parsed = base::parse_json(text.json);
  if (!parsed.ok()) return invalid("its text must be JSON: " + parsed.error().message);
  if (!parsed->object()) return invalid("its JSON must be an object");
  Obligation obligation;
  obligation.id = text.id;
  obligation.properties = base::Json(base::Json::Object());
  for (const auto& [name, value] : *parsed->object()) {
    if (name == "type") {
      if (!value.string() || value.string()->empty())
        return invalid("`type` must be a text that isn't empty");
      obligation.type = *value.string();
    } else if (name == "properties") {
      if (!value.object()) return invalid("`properties` must be an object");
      obligation.properties = value;
    } else {
      return invalid("its JSON has `type` and `properties`, and nothing else");
    }
  }
  if (obligation.type.empty()) return invalid("its JSON must have a `type`");
  return obligation;
}

base::Result<ParsedRule> read_statement(cedar::TemplatePtr statement) {
  ParsedRule rule;
  rule.body = std::move(statement);
  for (const cedar::Annotation& annotation : rule.body->annotations) {
    if (annotation.key == kNotice) rule.notice = annotation.value.value_or("");
    if (!annotation.key.starts_with(kObligationPrefix)) continue;
    const std::string_view id = std::string_view(annotation.key).substr(kObligationPrefix.size());
    const std::string json = annotation.value.value_or("");
    auto obligation = parse_obligation({id, json});
    if (!obligation.ok())
      return invalid(rule.body->source->message(place_of(*rule.body, annotation.key),
                                                "`@" + annotation.key + "`: " + obligation.error().message));
    rule.obligations.push_back(std::move(obligation).value());
  }
  return rule;
}

base::Result<ParsedRule> parse_rule(std::string_view text, std::string_view name) {
  const auto source = std::make_shared<const cedar::Source>(std::string(name), std::string(text));
  auto statements = cedar::parse_policies(source);
  if (!statements.ok()) return statements.error();
  if (statements->empty()) return invalid(source->message(0, "a rule is one statement, and there is none"));
  if (statements->size() > 1)
    return invalid(
        source->message(statements->at(1)->at.begin,
                        "a rule is one statement, and this is another; make it a rule of its own"));
  return read_statement(std::move(statements->front()));
}

}  // namespace authz
