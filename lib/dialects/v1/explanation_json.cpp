#include "dialects/v1/explanation_json.h"

#include "dialects/near_rule_json.h"

namespace dialects::v1 {
namespace {

void write_change(base::JsonWriter& w, const api::TurningChange& change) {
  w.begin_object().member("kind", change.kind).member("text", change.text);
  w.name("blast_radius").begin_object().member("level", name_of(change.level));
  w.member("people", change.people).member("scopes", change.scopes).end_object().end_object();
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
    if (!told.tried) w.member("tried", false);
  }
  w.end_object();
}

}  // namespace dialects::v1
