#include "dialects/v1/explanation_json.h"

#include <optional>
#include <string>
#include <variant>

#include "api/principal_names.h"
#include "base/encoding.h"
#include "dialects/near_rule_json.h"
#include "dialects/v1/entity_json.h"

namespace dialects::v1 {
namespace {

// Writes the call as a caller would send it, so that what was tried is what is made.
class CallWriter {
 public:
  explicit CallWriter(base::JsonWriter& w) : w_(w) {}

  void operator()(const api::GivesRole& call) {
    begin("POST", "/v1/grants");
    write_name(w_.name("principal"), api::entity_of(call.who));
    w_.member("role", call.named);
    if (call.resource) write_resource(w_.name("resource"), *call.resource);
    end();
  }
  void operator()(const api::TakesMapping& call) {
    w_.begin_object().member("method", "DELETE").member("path", "/v1/grants/" + call.id.to_string());
    w_.name("body").null().end_object();
  }
  void operator()(const api::JoinsGroup& call) {
    begin("POST", "/v1/groups/" + call.group.to_string() + "/members");
    w_.member("user_id", call.user);
    end();
  }
  void operator()(const api::GrantsTemplate& call) {
    begin("POST", "/v1/grants");
    if (call.principal) write_name(w_.name("principal"), *call.principal);
    w_.member("template", call.rule);
    if (call.resource) write_resource(w_.name("resource"), *call.resource);
    end();
  }
  void operator()(const api::SetsAttribute& call) {
    if (!call.is_told) return none();
    const domain::StoredEntity& entity = call.entity;
    begin("PUT", "/v1/entities/" + base::percent_encoded(entity.name.type) + "/" +
                     base::percent_encoded(entity.name.id));
    w_.name("attrs").raw(entity.attrs).name("parents").begin_array();
    for (const domain::EntityName& parent : entity.parents) write_name(w_, parent);
    w_.end_array().name("tags").raw(entity.tags);
    end();
  }
  void operator()(const api::ActivatesUser& call) {
    begin("POST", "/v1/users/" + call.user.to_string() + "/suspend");
    w_.member("active", true);
    end();
  }
  void operator()(const api::EnablesGroup& call) {
    begin("PATCH", "/v1/groups/" + call.group.to_string());
    w_.member("state", "enabled");
    end();
  }
  void operator()(const api::MovesTimes& call) {
    begin("PATCH", "/v1/mappings/" + call.id.to_string());
    w_.name(call.is_over ? "expires_at" : "valid_from").null();
    end();
  }
  void none() { w_.null(); }

 private:
  void begin(const char* method, const std::string& path) {
    w_.begin_object().member("method", method).member("path", path).name("body").begin_object();
  }
  void end() { w_.end_object().end_object(); }

  base::JsonWriter& w_;
};

void write_change(base::JsonWriter& w, const api::TurningChange& change) {
  w.begin_object().member("kind", change.kind).member("text", change.text);
  w.name("blast_radius").begin_object().member("level", name_of(change.level));
  w.member("people", change.people).member("scopes", change.scopes).end_object().name("call");
  CallWriter call(w);
  if (change.is_of_now)
    std::visit(call, change.call);
  else
    call.none();
  w.end_object();
}

}  // namespace

void write_explanation(base::JsonWriter& w, const api::Explanation& told) {
  w.begin_object().member("decision", told.decided.allowed).member("sentence", told.sentence);
  if (told.near) {
    w.name("rules").begin_array();
    for (const authz::NearRule& rule : told.near->rules) write_near_rule(w, rule);
    w.end_array().member("not_listed", told.near->unlisted).member("permission", told.near->permission);
    w.name("changes").begin_array();
    for (const api::TurningChange& change : told.changes) write_change(w, change);
    w.end_array();
    if (told.tells_principal) {
      w.name("principal");
      if (told.principal)
        write_name(w, api::entity_of(*told.principal));
      else
        w.null();
    }
    if (!told.tried) w.member("tried", false);
  }
  w.end_object();
}

}  // namespace dialects::v1
