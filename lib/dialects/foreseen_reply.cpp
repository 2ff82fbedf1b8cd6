#include "dialects/foreseen_reply.h"

#include <string>

#include "base/json.h"

namespace dialects {
namespace {

void write_held(base::JsonWriter& w, const authz::HeldChanges& changes) {
  w.begin_object().member("principals", changes.principals).member("rows", changes.rows);
  w.name("data").begin_array();
  for (const authz::HeldChange& change : changes.first) {
    w.begin_object().member("tenant_id", change.tenant).name("principal").begin_object();
    w.member("type", domain::name_of(change.who.kind)).member("id", change.who.id).end_object();
    w.member("resource", change.on).member("scopes", change.scopes).end_object();
  }
  w.end_array().member("more", changes.first.size() < changes.rows).end_object();
}

void write_name(base::JsonWriter& w, const domain::EntityName& name) {
  w.begin_object().member("type", name.type).member("id", name.id).end_object();
}

// Members of an object that is being written.
void write_flip(base::JsonWriter& w, const authz::Flip& flip) {
  w.name("subject");
  write_name(w, flip.subject);
  w.member("action", flip.action).name("resource");
  write_name(w, flip.resource);
  w.member("decision", flip.allowed);
}

void write_flips(base::JsonWriter& w, const authz::Flips& flips) {
  w.begin_object().member("questions", flips.questions).member("asked", flips.asked);
  w.member("to_allowed", flips.to_allowed).member("to_denied", flips.to_denied);
  w.name("data").begin_array();
  for (const authz::Flip& flip : flips.first) {
    w.begin_object();
    write_flip(w, flip);
    w.end_object();
  }
  w.end_array().member("more", flips.first.size() < flips.to_allowed + flips.to_denied).end_object();
}

void write_recorded(base::JsonWriter& w, const api::RecordedFlips& flips) {
  w.begin_object().member("kept", flips.kept).member("examined", flips.examined);
  w.member("not_comparable", flips.not_comparable);
  w.member("to_allowed", flips.to_allowed).member("to_denied", flips.to_denied);
  w.name("data").begin_array();
  for (const api::RecordedFlip& recorded : flips.first) {
    w.begin_object().member("id", recorded.id).member("time", to_string(recorded.at));
    write_flip(w, recorded.flip);
    w.end_object();
  }
  w.end_array().member("more", flips.first.size() < flips.to_allowed + flips.to_denied).end_object();
}

}  // namespace

Reply foreseen_reply(const Reply& would, const api::Impact& impact, std::uint64_t revision) {
  base::JsonWriter w;
  w.begin_object().name("would");
  if (would.body.empty())
    w.null();
  else
    w.raw(would.body);
  w.name("impact").begin_object().name("gain");
  write_held(w, impact.held.gain);
  w.name("lose");
  write_held(w, impact.held.lose);
  w.name("flips");
  if (impact.flips)
    write_flips(w, *impact.flips);
  else
    w.null();
  w.name("recorded");
  if (impact.recorded)
    write_recorded(w, *impact.recorded);
  else
    w.null();
  w.end_object().member("revision", revision);
  return ok(w.end_object().take());
}

}  // namespace dialects
