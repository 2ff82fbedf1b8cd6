#pragma once
// The Cedar policy language, version 4.6: everything a program needs to answer requests.
//
//   auto policies = cedar::PolicySet::parse(text, "guard.cedar");
//   auto entities = cedar::Entities::from_json(json);
//   const cedar::Request request{alice, view, photo, {}};
//   const cedar::Response answer =
//       cedar::Authorizer().is_authorized(request, policies.value(), entities.value());
//
// For many requests with the same policies compile them, and where possible the entities too; the answers are
// the same, at a cost that follows the policies that match instead of those that there are:
//
//   const cedar::CompiledPolicies compiled(policies.value());
//   const cedar::CompiledEntities fast(compiled, std::move(entities).value());
//   cedar::Authorizer().is_authorized(request, compiled, fast);
//
// Policies, entities and values are immutable once made, and shared freely by threads. Nothing throws;
// nothing is read from files, the clock or the network.
#include "cedar/authorizer.h"
#include "cedar/entities.h"
#include "cedar/explain.h"
#include "cedar/formatter.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "cedar/policy_set.h"
#include "cedar/printer.h"
#include "cedar/request.h"
#include "cedar/schema.h"
#include "cedar/schema/printer.h"
#include "cedar/schema_check.h"
#include "cedar/schema_questions.h"
#include "cedar/validator.h"
