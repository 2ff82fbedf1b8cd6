#pragma once
#include <cstdint>

#include "authz/tenant_entities.h"

// A tenant's policies are tried by its tests (policy_tests.h) before a change of what it decides by is made.
namespace api {

using authz::UserIds;

// How they are tried.
struct Trial {
  bool insists = false;               // the change is made whatever they say
  UserIds user_ids = UserIds::kUuid;  // how the tests name people
};

// That all tests passed, if they did, and of which revision policies and tests were.
struct Tried {
  bool passed = false;
  std::uint64_t policies_revision = 0, tests_revision = 0;
};

}  // namespace api
