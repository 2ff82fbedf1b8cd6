// What the Cedar commands share in reading: a path or `-`, either form of policies and schema, links,
// entities under a schema, and a request given by flags or as JSON. Every message begins with the name of the
// file; JSON that is none at all gets line, column and caret, JSON that means nothing the reader's own words.
//
//   -l 'User::"alice"' -a 'Action::"view"'      or  --request-json r.json
//
// Standard input is a stream: it is read for the first thing that asks, and a second one is a mistake, not an
// empty text. Sizes are bounded here at 64 MiB; the language's own limits (cedar/limits.h) are lower.
#include "cli/cedar_input.h"

#include <iostream>
#include <iterator>

#include "base/file.h"
#include "base/json_file.h"
#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/schema.h"
#include "cedar/value_json.h"

namespace cli {
namespace {

constexpr std::size_t kMaxFile = std::size_t{64} << 20;  // bytes; the language's own limits are lower

cedar::PolicyId id_of(const cedar::Template& policy, std::size_t index) {
  const std::string* id = policy.annotation("id");
  return id && !id->empty() ? *id : "policy" + std::to_string(index);
}

base::Error invalid(const std::string& where, const std::string& what) {
  return {base::ErrorCode::kInvalid, where + ": " + what};
}

base::Result<cedar::EntityUid> read_uid(const std::string& where, const std::string& text) {
  auto uid = cedar::EntityUid::parse(text);
  if (!uid.ok()) return invalid(where, R"(must be an entity such as User::"alice", not `)" + text + "`");
  return uid;
}

// What is wrong with a file of JSON that could not be read: its place where it is no JSON at all, else what
// its reader says.
base::Error json_mistake(const std::string& text, const std::string& name, const base::Error& meaning) {
  const auto json = base::parse_json_file(text, name, cedar::entity_json_limits(text.size()));
  return json.ok() ? invalid(name, meaning.message) : json.error();
}

// An entity in a request's JSON: as policies write it, or {"type", "id"}.
base::Result<void> read_member(const base::Json& json, const char* name, const std::string& file,
                               std::optional<cedar::EntityUid>& out) {
  const base::Json* member = json.find(name);
  if (!member) return {};
  const std::string where = file + ": /" + name;
  auto uid = member->string() ? read_uid(where, *member->string()) : cedar::uid_from_json(*member);
  if (!uid.ok()) return member->string() ? uid.error() : invalid(where, uid.error().message);
  out = std::move(uid).value();
  return {};
}

base::Result<cedar::Record> read_context(const std::string& text, const std::string& name,
                                         const PartialRequest& request, const cedar::Schema* schema) {
  auto context = schema && request.action ? cedar::context_from_json(text, *schema, *request.action)
                                          : cedar::context_from_json(text);
  if (!context.ok()) return json_mistake(text, name, context.error());
  return context;
}

base::Result<PartialRequest> request_from_json(const std::string& text, const std::string& name,
                                               const cedar::Schema* schema) {
  const auto json = base::parse_json_file(text, name, cedar::entity_json_limits(text.size()));
  if (!json.ok()) return json.error();
  if (!json->object())
    return invalid(name, "a request is an object, not " + std::string(name_of(json->kind())));
  PartialRequest request;
  if (auto read = read_member(*json, "principal", name, request.principal); !read.ok()) return read.error();
  if (auto read = read_member(*json, "action", name, request.action); !read.ok()) return read.error();
  if (auto read = read_member(*json, "resource", name, request.resource); !read.ok()) return read.error();
  if (const base::Json* context = json->find("context")) {
    auto read = read_context(to_text(*context), name, request, schema);
    if (!read.ok()) return read.error();
    request.context = std::move(read).value();
  }
  return request;
}

base::Result<void> add_link(cedar::PolicySet& policies, const base::Json& json) {
  const std::string* template_id = json.find_string("template_id");
  const std::string* link_id = json.find_string("link_id");
  const base::Json* args = json.find("args");
  if (!template_id || !link_id || !args || !args->object())
    return invalid("a link", R"(an object {"template_id": "…", "link_id": "…", "args": {…}} is expected)");
  cedar::SlotValues slots;
  for (const auto& [name, value] : *args->object()) {
    if (!value.string()) return invalid(name, "an entity in a string is expected");
    if (auto set = set_slot(slots, name, *value.string()); !set.ok()) return set.error();
  }
  return policies.link(*template_id, *link_id, std::move(slots));
}

}  // namespace

Syntax syntax_of(const std::string& path) {
  return path.ends_with(".json") ? Syntax::kJson : Syntax::kCedar;
}

std::string shown_name(const std::string& path) {
  return path == "-" ? "<stdin>" : path;
}

base::Result<void> set_slot(cedar::SlotValues& slots, const std::string& name, const std::string& text) {
  if (name != "?principal" && name != "?resource")
    return invalid(name, "there is no such slot; they are ?principal and ?resource");
  auto uid = read_uid(name, text);
  if (!uid.ok()) return uid.error();
  (name == "?principal" ? slots.principal : slots.resource) = std::move(uid).value();
  return {};
}

base::Result<void> add_links(cedar::PolicySet& policies, std::string_view text,
                             const std::string& file_name) {
  if (text.empty()) return {};
  const auto json = base::parse_json_file(text, file_name);
  if (!json.ok()) return json.error();
  if (!json->array()) return invalid(file_name, "an array of links is expected");
  for (std::size_t i = 0; i < json->array()->size(); ++i)
    if (auto added = add_link(policies, (*json->array())[i]); !added.ok())
      return invalid(file_name + ": /" + std::to_string(i), added.error().message);
  return {};
}

base::Result<cedar::Request> make_request(const RequestTexts& texts, const cedar::Schema* schema) {
  auto principal = read_uid("principal", texts.principal);
  if (!principal.ok()) return principal.error();
  auto action = read_uid("action", texts.action);
  if (!action.ok()) return action.error();
  auto resource = read_uid("resource", texts.resource);
  if (!resource.ok()) return resource.error();
  auto context = schema ? cedar::context_from_json(texts.context, *schema, *action)
                        : cedar::context_from_json(texts.context);
  if (!context.ok()) return context.error();
  cedar::Request request{std::move(*principal), std::move(*action), std::move(*resource),
                         std::move(*context)};
  if (schema)
    if (auto checked = check_request(request, *schema); !checked.ok()) return checked.error();
  return request;
}

base::Result<std::string> CedarInput::text(const std::string& path) {
  auto read = path == "-" ? standard_input() : base::read_file(path, kMaxFile);
  if (!read.ok()) return read;
  const std::size_t valid = base::utf8::valid_prefix(*read);
  if (valid == read->size()) return read;
  return base::Error{
      base::ErrorCode::kInvalid,
      base::message_at(shown_name(path), *read, base::place_of(*read, valid), "not valid UTF-8")};
}

base::Result<std::string> CedarInput::standard_input() {
  if (has_read_stdin_) return invalid("<stdin>", "can be read only once; name a file for the other input");
  has_read_stdin_ = true;
  std::string text;
  char buffer[65536];
  while (std::cin.read(buffer, sizeof buffer) || std::cin.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kMaxFile)
      return invalid("<stdin>", "longer than " + std::to_string(kMaxFile) + " bytes");
  }
  return text;
}

base::Result<cedar::PolicySet> CedarInput::policies(const PoliciesInput& input) {
  const auto read = text(input.file);
  if (!read.ok()) return read.error();
  const std::string name = shown_name(input.file);
  auto set = input.syntax == Syntax::kJson ? cedar::policy_set_from_json(*read, name)
                                           : cedar::PolicySet::parse(*read, name, id_of);
  if (!set.ok() || input.links.empty()) return set;
  const auto links = text(input.links);
  if (!links.ok()) return links.error();
  if (auto added = add_links(*set, *links, shown_name(input.links)); !added.ok()) return added.error();
  return set;
}

base::Result<std::shared_ptr<const cedar::Schema>> CedarInput::schema(const SchemaInput& input) {
  if (input.file.empty()) return std::shared_ptr<const cedar::Schema>();
  const auto read = text(input.file);
  if (!read.ok()) return read.error();
  const std::string name = shown_name(input.file);
  auto schema = input.syntax == Syntax::kJson ? cedar::Schema::from_json(*read, name)
                                              : cedar::Schema::parse(*read, name);
  if (!schema.ok()) return schema.error();
  return std::make_shared<const cedar::Schema>(std::move(schema).value());
}

base::Result<cedar::Entities> CedarInput::entities(const std::string& path, const cedar::Schema* schema) {
  auto read = path.empty() ? base::Result<std::string>(std::string("[]")) : text(path);
  if (!read.ok()) return read.error();
  auto entities = schema ? cedar::Entities::from_json(*read, *schema) : cedar::Entities::from_json(*read);
  if (!entities.ok()) return json_mistake(*read, shown_name(path), entities.error());
  return entities;
}

base::Result<PartialRequest> CedarInput::partial_request(const RequestInput& input,
                                                         const cedar::Schema* schema) {
  if (!input.request_json.empty()) {
    const auto read = text(input.request_json);
    if (!read.ok()) return read.error();
    return request_from_json(*read, shown_name(input.request_json), schema);
  }
  PartialRequest request;
  const auto set = [](const char* flag, const std::string& value,
                      std::optional<cedar::EntityUid>& out) -> base::Result<void> {
    if (value.empty()) return {};
    auto uid = read_uid(flag, value);
    if (!uid.ok()) return uid.error();
    out = std::move(uid).value();
    return {};
  };
  if (auto read = set("--principal", input.principal, request.principal); !read.ok()) return read.error();
  if (auto read = set("--action", input.action, request.action); !read.ok()) return read.error();
  if (auto read = set("--resource", input.resource, request.resource); !read.ok()) return read.error();
  if (input.context.empty()) return request;
  const auto read = text(input.context);
  if (!read.ok()) return read.error();
  auto context = read_context(*read, shown_name(input.context), request, schema);
  if (!context.ok()) return context.error();
  request.context = std::move(context).value();
  return request;
}

base::Result<cedar::Request> CedarInput::request(const RequestInput& input, const cedar::Schema* schema) {
  auto partial = partial_request(input, schema);
  if (!partial.ok()) return partial.error();
  const auto missing = [&](const char* name) {
    return input.request_json.empty()
               ? invalid(std::string("--") + name, "is required, unless --request-json is given")
               : invalid(shown_name(input.request_json), std::string("/") + name + " is missing");
  };
  if (!partial->principal) return missing("principal");
  if (!partial->action) return missing("action");
  if (!partial->resource) return missing("resource");
  cedar::Request request{std::move(*partial->principal), std::move(*partial->action),
                         std::move(*partial->resource), std::move(partial->context)};
  if (schema && input.is_validated)
    if (auto checked = check_request(request, *schema); !checked.ok())
      return invalid("request", checked.error().message);
  return request;
}

}  // namespace cli
