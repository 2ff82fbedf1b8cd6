#include <string>
#include <utility>

#include "api/plans.h"
#include "base/text.h"
#include "dialects/body.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/json.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

base::Json properties(Fields& fields) {
  return fields.optional_object("properties").value_or(base::Json());
}

std::string column(const std::string& name, const std::string& pointer, FieldErrors& errors) {
  if (!api::is_column(name))
    errors.add(pointer, "must be a column's name: one to three identifiers with dots between them");
  return name;
}

// The columns of an object's members, each a text.
void read_columns(const base::Json& object, const std::string& pointer, FieldErrors& errors,
                  std::map<std::string, std::string>& into) {
  for (const auto& [name, value] : *object.object()) {
    const std::string at = pointer + "/" + base::pointer_token(name);
    if (const std::string* text = value.string())
      into[name] = column(*text, at, errors);
    else
      errors.add(at, "must be a string, not " + base::with_article(name_of(value.kind())));
  }
  if (object.object()->size() > api::kMaxColumns)
    errors.add(pointer, "must be at most " + std::to_string(api::kMaxColumns) + " columns");
}

std::optional<api::PlanQuestion::Sql> read_sql(Fields& fields, FieldErrors& errors) {
  const auto given = fields.optional_object("sql");
  if (!given) return std::nullopt;
  Fields sql(*given, kDialect, errors, fields.pointer("sql"));
  const std::string name = sql.text("dialect");
  const auto dialect = api::parse_dialect(name);
  if (!dialect && sql.has("dialect"))
    errors.add(sql.pointer("dialect"), "must be `postgres`, `sqlite` or `mysql`");
  api::PlanQuestion::Sql read{dialect.value_or(api::SqlDialect::kPostgres), {}};
  const base::Json* const columns = sql.object("columns");
  if (columns && columns->object()) {
    base::Json::Object attributes;
    for (const auto& [member, value] : *columns->object()) {
      const std::string at = sql.pointer("columns") + "/" + member;
      if (member == "id" && value.string())
        read.columns.id = column(*value.string(), at, errors);
      else if (member == "parents" && value.object())
        read_columns(value, at, errors, read.columns.parents);
      else
        attributes.emplace_back(member, value);
    }
    read_columns(base::Json(std::move(attributes)), sql.pointer("columns"), errors, read.columns.attributes);
  }
  (void)sql.finish();  // notes the unknown members
  return read;
}

api::Outcome<api::PlanQuestion> read_question(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::PlanQuestion wanted;
  api::DecisionQuestion& question = wanted.question;
  if (const base::Json* const given = fields.object("subject")) {
    Fields subject(*given, kDialect, errors, fields.pointer("subject"));
    question.subject = {subject.text("type"), subject.text("id")};
    question.subject_properties = properties(subject);
  }
  if (const base::Json* const given = fields.object("action")) {
    Fields action(*given, kDialect, errors, fields.pointer("action"));
    question.action = action.text("name");
    question.action_properties = properties(action);
  }
  if (const base::Json* const given = fields.object("resource"))
    question.resource.type = Fields(*given, kDialect, errors, fields.pointer("resource")).text("type");
  question.context = fields.optional_object("context").value_or(base::Json());
  wanted.sql = read_sql(fields, errors);
  if (auto bad = fields.finish()) return *std::move(bad);
  return wanted;
}

void write_sql(base::JsonWriter& w, const api::PlanAnswer& answer) {
  w.name("sql").begin_object().member("text", answer.sql->text).name("params").begin_array();
  for (const api::SqlParameter& parameter : answer.sql->parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter))
      w.value(*number);
    else
      w.value(std::get<std::string>(parameter));
  }
  w.end_array().end_object();
}

Answer plan(const Call& call, const api::Read& read, const ServerState& state) {
  const auto wanted = read_question(call);
  if (!wanted.ok()) return wanted.error();
  const auto answer = api::plan(read, call.tenant(), state.user_ids, *wanted);
  if (!answer.ok()) return answer.error();
  constexpr std::string_view kKinds[] = {"never", "always", "conditional"};
  base::JsonWriter w;
  w.begin_object().member("kind", kKinds[static_cast<std::size_t>(answer->kind)]);
  w.name("policy").raw(answer->policy);
  if (answer->sql) write_sql(w, *answer);
  w.name("unsupported").begin_array();
  for (const api::Unsaid& unsaid : answer->unsupported)
    w.begin_object()
        .member("rule_id", unsaid.rule)
        .member("expression", unsaid.expression)
        .member("reason", unsaid.reason)
        .end_object();
  w.end_array().member("revision", answer->revision).name("valid_until");
  if (answer->valid_until)
    w.value(*answer->valid_until);
  else
    w.null();
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/v1/plan",
     .id = "plan",
     .operation = op::decide,
     .body = "PlanQuestion",
     .place = Place::kPool,
     .handle = plan},
};

}  // namespace

std::span<const Route> plan_calls() {
  return kCalls;
}

}  // namespace dialects::v1
