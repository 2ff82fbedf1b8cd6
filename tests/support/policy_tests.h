#pragma once
#include <string>
#include <utility>

#include "api/policy_tests.h"
#include "base/json.h"

// A question as tests of policies ask it: may user:<who> do that to <type>:<id>?
struct AskedOf {
  std::string who = "x", action = "view", type = "Doc", id = "1";
};

// Of Reeve itself, where policies decide nothing: the answer stays no, whatever these are.
inline const AskedOf kOwn{"x", "get", "group", "1"};

inline base::Json policy_question(const AskedOf& asked = {}) {
  using base::Json;
  const auto entity = [](const std::string& type, const std::string& id) {
    return Json(Json::Object{{"type", Json(type)}, {"id", Json(id)}});
  };
  return Json(Json::Object{{"subject", entity("user", asked.who)},
                           {"action", Json(Json::Object{{"name", Json(asked.action)}})},
                           {"resource", entity(asked.type, asked.id)}});
}

inline api::NewPolicyTest make_policy_test(std::string name, bool decision = true,
                                           const AskedOf& asked = {}) {
  return {std::move(name), policy_question(asked), {decision, {}}};
}
