#include "api/decision_settings.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "dialects/body.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/rule_form.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

std::string body_of(const api::DecisionSettingsView& view) {
  base::JsonWriter w;
  w.begin_object().member("on_error", name_of(view.settings.on_error));
  w.member("reasons", name_of(view.settings.reasons)).name("type_names").begin_object();
  for (const auto& [type, name] : view.settings.type_names) w.member(type, name);
  w.end_object();
  const domain::LogSettings& log = view.settings.log;
  w.member("log", to_string(log)).name("log_keep").begin_object();
  w.member("entries", log.keep_entries).member("days", log.keep_days).end_object();
  w.member("log_mask", log.mask).member("log_strict", log.strict);
  w.member("secret", view.settings.secret);
  return w.end_object().take();
}

// An enumeration by its name; absent: as it is for a tenant that has set nothing.
template <typename E, typename Parse>
void read_choice(Fields& fields, FieldErrors& errors, const char* name, const Parse& parse,
                 const char* choices, E& value) {
  const auto text = fields.patched_text(name);
  if (!text) return;
  if (const auto parsed = parse(*text))
    value = *parsed;
  else if (!text->empty() || errors.empty())  // else it was no text, which was told
    errors.add(fields.pointer(name), std::string("must be ") + choices);
}

void read_log(Fields& fields, FieldErrors& errors, domain::LogSettings& log) {
  if (const auto text = fields.patched_text("log"); text && !domain::parse_log(*text, log))
    if (!text->empty() || errors.empty())
      errors.add(fields.pointer("log"), "must be off, denied, all, or sample: and a part such as 0.01");
  if (const auto keep = fields.optional_object("log_keep")) {
    Fields inner(*keep, kDialect, errors, fields.pointer("log_keep"));
    log.keep_entries = inner.optional_count("entries").value_or(log.keep_entries);
    log.keep_days = inner.optional_count("days").value_or(log.keep_days);
    inner.finish();
  }
  if (auto mask = fields.optional_texts("log_mask")) log.mask = *std::move(mask);
  log.strict = fields.patched_boolean("log_strict").value_or(false);
}

Answer get_decision_settings(const Call& call, const api::Read& read) {
  const auto view = api::get_decision_settings(read, call.tenant());
  if (!view.ok()) return view.error();
  return ok(body_of(*view), view->revision);
}

api::Outcome<LongWork> set_decision_settings(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  domain::DecisionSettings settings;
  read_choice(fields, errors, "on_error", domain::parse_on_error, "deny or cedar", settings.on_error);
  read_choice(fields, errors, "reasons", domain::parse_reasons, "none, user, admin or trace",
              settings.reasons);
  read_log(fields, errors, settings.log);
  if (const auto names = fields.optional_object("type_names"))
    for (const auto& [type, name] : *names->object()) {
      if (const std::string* text = name.string())
        settings.type_names.emplace(type, *text);
      else
        errors.add(fields.pointer("type_names") + "/" + base::pointer_token(type),
                   "must be a string, not " + base::with_article(name_of(name.kind())));
    }
  settings.secret = fields.patched_texts("secret").value_or(std::vector<std::string>());
  if (const auto bad = fields.finish([&] { return api::check(settings); })) return *bad;
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), settings](const api::Read& read, const api::Trial& how) {
        return api::draft_decision_settings(read, tenant, settings, how);
      },
      [tenant = call.tenant(), settings, if_match = call.if_match](api::Change& change,
                                                                   const api::RuleDrafts& drafts) -> Answer {
        const auto view = api::set_decision_settings(change, tenant, settings, if_match, drafts);
        if (!view.ok()) return view.error();
        return ok(body_of(*view), view->revision);
      });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/decisions/settings",
     .id = "get_decision_settings",
     .operation = op::get_decision_settings,
     .handle = get_decision_settings},
    {.method = kPut,
     .path = "/v1/decisions/settings",
     .id = "set_decision_settings",
     .operation = op::set_decision_settings,
     .parameters = {"force"},
     .takes_if_match = true,
     .body = "DecisionSettings",
     .place = Place::kPool,
     .handle = set_decision_settings},
};

}  // namespace

std::span<const Route> decision_settings_calls() {
  return kCalls;
}

}  // namespace dialects::v1
