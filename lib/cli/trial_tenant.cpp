// Each item of tenant.yaml is the body of the call that makes it, but for what isn't of that call, which is
// taken out first: so the server says what is wrong with an item, in the words that callers know.
//
//   users: {email: ann@example.com, roles: [clerk]}   ->   POST /v1/users {"email", "name"}
//                                                          PUT /v1/users/{id} {"roles"}
//
// Things are made in the order in which they need each other, groups all before their members.
#include "cli/trial_tenant.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/nearest.h"
#include "base/uuid.h"
#include "cedar/cedar.h"
#include "cli/answer_text.h"
#include "cli/decision_tests.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using Object = base::Json::Object;

constexpr std::size_t kMostOfPolicy = std::size_t{4} << 20U;  // bytes of a file
constexpr std::size_t kEntitiesAtOnce = 1'000;
constexpr const char* kSlug = "trial";

base::Error wrong(const std::string& where, const std::string& what) {
  return {base::ErrorCode::kInvalid, where + ": " + what};
}

// Takes a member out of an object; null where there is none.
base::Json take_member(Object& object, std::string_view name) {
  const auto at =
      std::find_if(object.begin(), object.end(), [&](const auto& member) { return member.first == name; });
  if (at == object.end()) return {};
  base::Json value = std::move(at->second);
  object.erase(at);
  return value;
}

void set_default(Object& object, const char* name, const std::string& value) {
  if (std::none_of(object.begin(), object.end(), [&](const auto& member) { return member.first == name; }))
    object.emplace_back(name, base::Json(value));
}

std::string text_of(const base::Json& json) {
  const std::string* const text = json.string();
  return text ? *text : "";
}

// What is wrong with one of its statements is told with the file's name, when it is read here.
base::Result<base::Json> rules_of(const std::string& path, const std::string& text) {
  const auto policies = cedar::PolicySet::parse(text, path);
  if (!policies.ok()) return policies.error();
  std::vector<cedar::TemplatePtr> statements;
  for (const cedar::Policy& policy : policies->policies()) statements.push_back(policy.body);
  for (const auto& slotted : policies->templates()) statements.push_back(slotted.body);
  std::sort(statements.begin(), statements.end(),
            [](const auto& a, const auto& b) { return a->at.begin < b->at.begin; });
  base::Json::Array rules;
  for (const cedar::TemplatePtr& statement : statements)
    rules.emplace_back(Object{{"policy_text", base::Json(statement->source->text_at(statement->at))}});
  return base::Json(std::move(rules));
}

std::string replaced(std::string_view text, const std::vector<std::pair<std::string, std::string>>& ids,
                     bool is_back) {
  std::string out(text);
  for (const auto& [given, made] : ids) {
    const std::string& from = is_back ? made : given;
    const std::string& to = is_back ? given : made;
    for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos; at += to.size())
      out.replace(at, from.size(), to);
  }
  return out;
}

}  // namespace

// One making of it all.
class TrialTenant::Maker {
 public:
  Maker(TrialTenant& trial, const client::Connection& platform) : trial_(trial) {
    calls_ = {platform, "", std::string("/") + kSlug + "/access/v1/"};
  }

  base::Result<TenantCalls> make() {
    const auto tenant =
        calls_.call("POST", "/v1/tenants",
                    base::Json(Object{{"name", base::Json("Trial")}, {"slug", base::Json(kSlug)}}), 201);
    if (!tenant.ok()) return tenant.error();
    calls_.tenant = text_at(*tenant, "id");
    const struct {
      const char* list;
      base::Result<void> (Maker::*make)(Object, const std::string& where);
    } steps[] = {{"roles", &Maker::make_role},
                 {"users", &Maker::make_user},
                 {"groups", &Maker::make_group},
                 {"mappings", &Maker::make_mapping}};
    if (auto made = make_permissions(); !made.ok()) return made.error();
    for (const auto& step : steps)
      if (auto made = each(step.list, step.make); !made.ok()) return made.error();
    if (auto made = make_entities(); !made.ok()) return made.error();
    if (auto made = make_policies(); !made.ok()) return made.error();
    if (auto made = set_decisions(); !made.ok()) return made.error();
    return calls_;
  }

 private:
  using MakeOne = base::Result<void> (Maker::*)(Object, const std::string& where);

  base::Result<base::Json> call(const std::string& method, const std::string& path, Object body, int wanted,
                                const std::string& where) const {
    const auto json = base::parse_json(trial_.as_made(to_text(base::Json(std::move(body)))));
    if (!json.ok()) return wrong(where, json.error().message);
    auto answer = calls_.call(method, path, *json, wanted);
    if (!answer.ok()) return wrong(where, answer.error().message);
    return answer;
  }

  base::Result<void> each(const char* list, MakeOne make_one) {
    const base::Json* const items = trial_.json_.find(list);
    if (!items) return {};
    const std::string where = trial_.path_ + ": " + list;
    if (!items->array()) return wrong(where, "must be a list");
    std::size_t number = 0;
    for (const base::Json& item : *items->array()) {
      const std::string at = where + " " + std::to_string(++number);
      if (!item.object()) return wrong(at, "must be a map");
      if (auto made = (this->*make_one)(*item.object(), at); !made.ok()) return made;
    }
    return add_members();
  }

  base::Result<void> make_permissions() const {
    const base::Json* const keys = trial_.json_.find("permissions");
    if (!keys) return {};
    base::Json::Array bodies;
    if (keys->array())
      for (const base::Json& key : *keys->array()) bodies.emplace_back(Object{{"key", key}});
    const auto made = call("POST", "/v1beta1/permissions", Object{{"bodies", base::Json(std::move(bodies))}},
                           200, trial_.path_ + ": permissions");
    return made.ok() ? base::Result<void>() : made.error();
  }

  base::Result<void> make_role(Object role, const std::string& where) {
    const auto made = call("POST", "/v1/roles", std::move(role), 201, where);
    return made.ok() ? base::Result<void>() : made.error();
  }

  // Whoever has the id elsewhere is this one.
  base::Result<void> note_id(const base::Json& given, const std::string& made, const std::string& where) {
    if (given.is_null()) return {};
    const auto uuid = base::Uuid::parse(text_of(given));
    if (!uuid || uuid->to_string() != text_of(given))
      return wrong(where, "`id` must be a uuid in lower case, what files call it elsewhere");
    trial_.ids_.emplace_back(text_of(given), made);
    return {};
  }

  base::Result<void> make_user(Object user, const std::string& where) {
    const base::Json id = take_member(user, "id"), roles = take_member(user, "roles"),
                     active = take_member(user, "active");
    const std::string email = text_at(base::Json(user), "email");
    set_default(user, "name", email);
    const auto made = call("POST", "/v1/users", std::move(user), 201, where);
    if (!made.ok()) return made.error();
    const std::string uuid = text_at(*made, "id");
    people_[email] = uuid;
    if (!roles.is_null()) {
      const auto given = call("PUT", "/v1/users/" + uuid, Object{{"roles", roles}}, 200, where);
      if (!given.ok()) return given.error();
    }
    if (!active.is_null()) {
      const auto set = call("POST", "/v1/users/" + uuid + "/suspend", Object{{"active", active}}, 200, where);
      if (!set.ok()) return set.error();
    }
    return note_id(id, uuid, where);
  }

  base::Result<void> make_group(Object group, const std::string& where) {
    const base::Json id = take_member(group, "id"), members = take_member(group, "members");
    const std::string name = text_at(base::Json(group), "name");
    const auto made = call("POST", "/v1/groups", std::move(group), 201, where);
    if (!made.ok()) return made.error();
    const std::string uuid = text_at(*made, "id");
    groups_[name] = uuid;
    if (!members.is_null() && !members.array()) return wrong(where, "`members` must be a list");
    if (members.array())
      for (const base::Json& member : *members.array()) members_.push_back({uuid, text_of(member), where});
    return note_id(id, uuid, where);
  }

  // Once all groups are there.
  base::Result<void> add_members() {
    for (const Member& member : std::exchange(members_, {})) {
      const auto person = people_.find(member.name), group = groups_.find(member.name);
      if (person == people_.end() && group == groups_.end())
        return wrong(member.where, "`" + member.name + "` is no user's e-mail and no group's name");
      const bool is_person = person != people_.end();
      const auto added = call("POST", "/v1/groups/" + member.group + "/members",
                              Object{{is_person ? "user_id" : "group_id",
                                      base::Json(is_person ? person->second : group->second)}},
                              201, member.where);
      if (!added.ok()) return added.error();
    }
    return {};
  }

  // A group's and a user's are made by calls of their own.
  base::Result<void> make_mapping(Object mapping, const std::string& where) {
    const std::string group = text_of(take_member(mapping, "group")),
                      user = text_of(take_member(mapping, "user"));
    if (group.empty() == user.empty()) return wrong(where, "must have `group` or `user`");
    const auto& known = group.empty() ? people_ : groups_;
    const auto who = known.find(group + user);
    if (who == known.end())
      return wrong(where,
                   "`" + group + user + "` is no " + (group.empty() ? "user's e-mail" : "group's name"));
    if (user.empty()) {
      const auto made = call("POST", "/v1/groups/" + who->second + "/roles", std::move(mapping), 201, where);
      return made.ok() ? base::Result<void>() : made.error();
    }
    const std::vector<std::string> members = {"role", "resource", "valid_from", "expires_at"};
    for (auto& [name, value] : mapping) {
      if (std::find(members.begin(), members.end(), name) == members.end())
        return wrong(where, "`" + name + "` is unknown of a user's" + base::did_you_mean(name, members));
      if (name == "role") name = "role_id";
    }
    set_default(mapping, "resource", "organization:" + calls_.tenant);
    mapping.emplace_back("principal", base::Json("user:" + who->second));
    const auto made =
        call("POST", "/v1beta1/policies?org_id=" + calls_.tenant, std::move(mapping), 200, where);
    return made.ok() ? base::Result<void>() : made.error();
  }

  base::Result<void> make_entities() const {
    const base::Json* const given = trial_.json_.find("entities");
    if (!given) return {};
    const std::string where = trial_.path_ + ": entities";
    if (!given->array()) return wrong(where, "must be a list");
    const base::Json::Array& all = *given->array();
    for (std::size_t at = 0; at < all.size(); at += kEntitiesAtOnce) {
      const std::size_t end = std::min(at + kEntitiesAtOnce, all.size());
      const base::Json part(base::Json::Array(all.begin() + static_cast<std::ptrdiff_t>(at),
                                              all.begin() + static_cast<std::ptrdiff_t>(end)));
      const auto json = base::parse_json(trial_.as_made(to_text(part)));
      if (!json.ok()) return wrong(where, json.error().message);
      const auto made = calls_.call("POST", "/v1/entities", *json, 200);
      if (!made.ok()) return wrong(where + " from " + std::to_string(at + 1), made.error().message);
    }
    return {};
  }

  base::Result<void> make_policies() const {
    for (const Policy& policy : trial_.policies_) {
      const auto made = call("POST", "/v1/policies", policy.body, 201, policy.file);
      if (!made.ok()) return made.error();
    }
    return {};
  }

  base::Result<void> set_decisions() const {
    const base::Json* const settings = trial_.json_.find("decisions");
    if (settings && settings->object()) {
      const auto set =
          call("PUT", "/v1/decisions/settings", *settings->object(), 200, trial_.path_ + ": decisions");
      if (!set.ok()) return set.error();
    }
    const base::Json* const by_roles = trial_.json_.find("roles_decide");
    if (!by_roles) return {};
    const auto policies = calls_.call("GET", "/v1/policies", base::Json(), 200);
    const base::Json* const data = policies.ok() ? policies->find("data") : nullptr;
    if (!data || !data->array()) return wrong(trial_.path_, "roles_decide can't be set");
    for (const base::Json& policy : *data->array()) {
      const base::Json* const built_in = policy.find("built_in");
      if (!built_in || !built_in->boolean() || !*built_in->boolean()) continue;
      const auto set = call("PATCH", "/v1/policies/" + text_at(policy, "id"), Object{{"enabled", *by_roles}},
                            200, trial_.path_ + ": roles_decide");
      if (!set.ok()) return set.error();
    }
    return {};
  }

  struct Member {
    std::string group, name, where;
  };

  TrialTenant& trial_;
  TenantCalls calls_;
  std::map<std::string, std::string> people_, groups_;  // uuids, by e-mail and by name
  std::vector<Member> members_;                         // to be added
};

base::Result<TrialTenant> TrialTenant::read(const std::string& folder) {
  TrialTenant trial;
  trial.path_ = (fs::path(folder) / "tenant.yaml").string();
  if (fs::exists(trial.path_)) {
    auto json = read_values(trial.path_);
    if (!json.ok()) return json.error();
    if (auto taken = trial.take(std::move(json).value()); !taken.ok()) return taken.error();
  }
  if (auto added = trial.add_policies(folder); !added.ok()) return added.error();
  return trial;
}

base::Result<void> TrialTenant::take(base::Json json) {
  if (json.is_null()) return {};
  if (!json.object()) return wrong(path_, "must be a map");
  const std::vector<std::string> known = {"at",       "user_id",   "permissions", "roles",
                                          "users",    "groups",    "mappings",    "entities",
                                          "policies", "decisions", "roles_decide"};
  for (const auto& [name, value] : *json.object())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return wrong(path_, "`" + name + "` is unknown" + base::did_you_mean(name, known));
  if (const base::Json* const form = json.find("user_id")) {
    if (text_of(*form) != "email" && text_of(*form) != "uuid")
      return wrong(path_, "`user_id` must be email or uuid");
    user_ids_ = text_of(*form) == "uuid" ? config::UserIdForm::kUuid : config::UserIdForm::kEmail;
  }
  if (const base::Json* const at = json.find("at")) {
    at_ = base::parse_timestamp(text_of(*at));
    if (!at_) return wrong(path_, "`at` must be a time such as 2026-11-30T08:00:00Z");
  }
  json_ = std::move(json);
  return {};
}

// Those that tenant.yaml lists, and each other file as it is.
base::Result<void> TrialTenant::add_policies(const std::string& folder) {
  std::vector<std::pair<fs::path, Object>> files;
  const base::Json* const listed = json_.find("policies");
  if (listed && !listed->array()) return wrong(path_, "`policies` must be a list");
  if (listed)
    for (const base::Json& item : *listed->array()) {
      Object body = item.object() ? *item.object() : Object();
      const std::string file = text_of(take_member(body, "file"));
      if (file.empty()) return wrong(path_, "each of `policies` must be a map with `file`");
      files.emplace_back(fs::path(folder) / file, std::move(body));
    }
  std::vector<fs::path> others;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent))
    if (entry.path().extension() == ".cedar" &&
        std::none_of(files.begin(), files.end(), [&](const auto& file) {
          return file.first.lexically_normal() == entry.path().lexically_normal();
        }))
      others.push_back(entry.path());
  std::sort(others.begin(), others.end());
  for (fs::path& other : others) files.emplace_back(std::move(other), Object());

  for (auto& [path, body] : files) {
    const auto text = base::read_file(path.string(), kMostOfPolicy);
    if (!text.ok()) return text.error();
    auto rules = rules_of(path.string(), *text);
    if (!rules.ok()) return rules.error();
    set_default(body, "name", path.stem().string());
    body.emplace_back("rules", std::move(rules).value());
    policies_.push_back({path.string(), std::move(body)});
  }
  return {};
}

base::Result<TenantCalls> TrialTenant::make(const client::Connection& platform) {
  ids_.clear();
  return Maker(*this, platform).make();
}

std::string TrialTenant::as_made(std::string_view text) const {
  return replaced(text, ids_, false);
}

std::string TrialTenant::as_given(std::string_view text) const {
  return replaced(text, ids_, true);
}

}  // namespace cli
