// Questions as AuthZEN has them, and the values in them: what a policy sees of a question's properties, sent
// as the policies' own JSON, is seen as the same; under a schema only what it declares is seen; and what
// can't be seen is told with its place.
#include "authz/request_values.h"

#include <algorithm>

#include "cedar/cedar.h"
#include "cedar/declared_types.h"
#include "cedar/value_json.h"
#include "dialects/access/question.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

namespace {

using fuzz::require;

base::Json to_json(const std::vector<cedar::Record::Field>& fields) {
  base::Json::Object members;
  for (const auto& [name, value] : fields) members.emplace_back(name, cedar::to_json(value));
  return base::Json(std::move(members));
}

// A record of one member that is called as an escape is, since its others were null, reads as an escape.
bool may_look_like_an_escape(std::string_view text) {
  return text.find("null") != text.npos && text.find("\"__e") != text.npos;
}

void read_values(const base::Json& object, std::string_view text) {
  std::vector<authz::NotHeld> notes;
  const authz::RequestValues values(nullptr, notes);
  const auto fields = values.members(object, "/context", nullptr);
  require(fields.ok(), "without a schema every object is read", std::string(text));
  for (const authz::NotHeld& note : notes)
    require(note.pointer.starts_with("/context/") && !note.why.empty(), "what isn't held is told",
            note.pointer);
  if (may_look_like_an_escape(text)) return;
  const std::size_t noted = notes.size();
  const auto again = values.members(to_json(*fields), "/context", nullptr);
  require(again.ok() && *again == *fields && notes.size() == noted,
          "values are read from their JSON as they are", to_text(to_json(*fields)));
}

void read_declared(const base::Json& object, const fuzz::World& world) {
  const cedar::SchemaAction* const action = world.schema.find_action(world.request.action);
  std::vector<authz::NotHeld> notes;
  const auto fields = authz::RequestValues(&world.schema, notes).members(object, "/context", action->context);
  if (!fields.ok()) {
    require(fields.error().message.starts_with("context/"), "a mistake has its place",
            fields.error().message);
    return;
  }
  cedar::Request request = world.request;
  std::vector<cedar::Record::Field> all = *fields;
  for (const cedar::Record::Field& field : world.request.context.fields())
    if (std::none_of(all.begin(), all.end(), [&](const auto& given) { return given.first == field.first; }))
      all.push_back(field);
  request.context = cedar::Record(std::move(all));
  require(check_request(request, world.schema).ok(), "what is seen under a schema conforms to it",
          to_text(to_json(*fields)));
}

void read_question(const base::Json& body) {
  using dialects::access::SearchedFor;
  for (const SearchedFor wanted :
       {SearchedFor::kNothing, SearchedFor::kSubject, SearchedFor::kResource, SearchedFor::kAction}) {
    dialects::access::QuestionReader reader(body, wanted);
    if (const auto wrong = reader.read_body())
      for (const api::FieldError& field : wrong->fields)
        require(field.pointer.starts_with('/'), "a mistake has its place", field.pointer);
  }
  const base::Json* const items = body.find("evaluations");
  if (!items || !items->array()) return;
  dialects::access::QuestionReader reader(body);
  for (const base::Json& item : *items->array()) {
    const bool is_wrong = reader.read(item, "/evaluations/0").has_value();
    const api::DecisionQuestion question = reader.question();
    dialects::access::QuestionReader alone(body);
    require(alone.read(item, "/evaluations/0").has_value() == is_wrong, "an element is right by itself",
            to_text(item));
    if (is_wrong) continue;
    require(alone.question().subject == question.subject && alone.question().resource == question.resource &&
                alone.question().action == question.action && alone.question().context == question.context &&
                alone.question().resource_properties == question.resource_properties,
            "an element is read alike whatever came before it", to_text(item));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::World world;
  const std::string_view text = fuzz::text_of(data, size);
  const auto json = base::parse_json(text);
  if (!json.ok() || !json->object()) return 0;
  read_values(*json, text);
  read_declared(*json, world);
  read_question(*json);
  return 0;
}
