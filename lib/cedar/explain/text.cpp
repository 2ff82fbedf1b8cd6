#include "cedar/explain.h"

namespace cedar {

namespace {

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
  return std::to_string(count) + " " + std::string(count == 1 ? singular : plural);
}

std::string_view name_of_effect(Effect effect) {
  return effect == Effect::kPermit ? "permit" : "forbid";
}

std::string place_text(const std::string& file, const std::optional<base::Place>& place) {
  if (!place) return "";
  return file + ":" + std::to_string(place->line) + ":" + std::to_string(place->column);
}

std::string why(const Explanation& explanation) {
  const std::size_t count = explanation.determining;
  if (count == 0) return "no policy applies";
  return explanation.decision == Decision::kAllow ? counted(count, "permit applies", "permits apply")
                                                  : counted(count, "forbid applies", "forbids apply");
}

std::string heading(const PolicyExplanation& policy) {
  std::string out = std::string(name_of_effect(policy.effect)) + " `" + policy.policy + "`";
  if (!policy.template_id.empty()) out += ", a link of `" + policy.template_id + "`,";
  if (policy.place) out += " at " + place_text(policy.file, policy.place);
  switch (policy.outcome) {
    case PolicyOutcome::kApplies:
      return out + " applies" + (policy.part_count == 0 ? " to every request" : "");
    case PolicyOutcome::kFailed:
      return out + " takes no part: it could not be evaluated";
    case PolicyOutcome::kDoesNotApply:
      return out + " does not apply: " + std::to_string(policy.failed_count) + " of " +
             counted(policy.part_count, "part", "parts") + (policy.failed_count == 1 ? " does" : " do") +
             " not hold";
  }
  return out;
}

std::string_view verdict(const PolicyPart& part) {
  const bool wanted = part.kind != PartKind::kUnless;
  switch (part.outcome) {
    case PartOutcome::kHolds:
      return wanted ? "is true" : "is false";
    case PartOutcome::kFails:
      return wanted ? "is false" : "is true";
    case PartOutcome::kUnknown:
      return "could not be evaluated";
  }
  return "";
}

void append_part(std::string& out, const PolicyExplanation& policy, const PolicyPart& part) {
  out += "\n  ";
  if (part.place) out += place_text(policy.file, part.place) + ": ";
  if (part.kind == PartKind::kWhen) out += "when ";
  if (part.kind == PartKind::kUnless) out += "unless ";
  out.append("`").append(part.text).append("` ").append(verdict(part));
  if (!part.error.empty()) out += ": " + part.error;
  for (const SeenValue& seen : part.seen) {
    out.append("\n    ").append(seen.expression);
    out += seen.value ? " is " + *seen.value : std::string(" is something that you may not see");
  }
}

base::Json to_json(std::size_t number) {
  return base::Json(static_cast<std::int64_t>(number));
}

base::Json to_json(const std::optional<base::Place>& place) {
  if (!place) return base::Json();
  return base::Json(base::Json::Object{{"line", to_json(place->line)}, {"column", to_json(place->column)}});
}

base::Json to_json(const PolicyPart& part) {
  base::Json::Array seen;
  for (const SeenValue& value : part.seen)
    seen.emplace_back(base::Json::Object{{"expression", base::Json(value.expression)},
                                         {"value", value.value ? base::Json(*value.value) : base::Json()}});
  base::Json::Object out{{"kind", base::Json(name_of(part.kind))},
                         {"outcome", base::Json(name_of(part.outcome))},
                         {"text", base::Json(part.text)},
                         {"place", to_json(part.place)},
                         {"seen", base::Json(std::move(seen))}};
  if (!part.error.empty()) out.emplace_back("error", base::Json(part.error));
  return base::Json(std::move(out));
}

base::Json to_json(const PolicyExplanation& policy) {
  base::Json::Array parts;
  for (const PolicyPart& part : policy.parts) parts.push_back(to_json(part));
  base::Json::Object out{{"policy", base::Json(policy.policy)}};
  if (!policy.template_id.empty()) out.emplace_back("template_id", base::Json(policy.template_id));
  out.emplace_back("effect", base::Json(name_of_effect(policy.effect)));
  out.emplace_back("outcome", base::Json(name_of(policy.outcome)));
  out.emplace_back("file", base::Json(policy.file));
  out.emplace_back("place", to_json(policy.place));
  out.emplace_back("part_count", to_json(policy.part_count));
  out.emplace_back("failed_count", to_json(policy.failed_count));
  out.emplace_back("parts", base::Json(std::move(parts)));
  return base::Json(std::move(out));
}

}  // namespace

std::string_view name_of(PartKind kind) {
  switch (kind) {
    case PartKind::kPrincipal:
      return "principal";
    case PartKind::kAction:
      return "action";
    case PartKind::kResource:
      return "resource";
    case PartKind::kWhen:
      return "when";
    case PartKind::kUnless:
      return "unless";
  }
  return "";
}

std::string_view name_of(PartOutcome outcome) {
  switch (outcome) {
    case PartOutcome::kHolds:
      return "holds";
    case PartOutcome::kFails:
      return "fails";
    case PartOutcome::kUnknown:
      return "unknown";
  }
  return "";
}

std::string_view name_of(PolicyOutcome outcome) {
  switch (outcome) {
    case PolicyOutcome::kApplies:
      return "applies";
    case PolicyOutcome::kDoesNotApply:
      return "does not apply";
    case PolicyOutcome::kFailed:
      return "failed";
  }
  return "";
}

std::string to_text(const Explanation& explanation) {
  std::string out = std::string(name_of(explanation.decision)) + ": " + why(explanation);
  for (const PolicyExplanation& policy : explanation.policies) {
    out += "\n\n" + heading(policy);
    for (const PolicyPart& part : policy.parts) append_part(out, policy, part);
    const bool applies = policy.outcome == PolicyOutcome::kApplies;
    const std::size_t parts = applies ? policy.part_count : policy.failed_count;
    if (parts > policy.parts.size())
      out += "\n  and " + counted(parts - policy.parts.size(), "more part", "more parts");
  }
  if (explanation.unlisted > 0)
    out += "\n\nand " + counted(explanation.unlisted, "more policy", "more policies");
  return out;
}

base::Json to_json(const Explanation& explanation) {
  base::Json::Array policies;
  for (const PolicyExplanation& policy : explanation.policies) policies.push_back(to_json(policy));
  return base::Json(base::Json::Object{{"decision", base::Json(name_of(explanation.decision))},
                                       {"determining", to_json(explanation.determining)},
                                       {"policies", base::Json(std::move(policies))},
                                       {"unlisted", to_json(explanation.unlisted)}});
}

}  // namespace cedar
