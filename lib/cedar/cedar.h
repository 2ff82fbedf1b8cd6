#pragma once
// The Cedar policy language, version 4.6: everything a program needs to answer requests.
//
//   const cedar::CompiledPolicies policies(cedar::PolicySet::parse(text, "guard.cedar").value());
//   const cedar::CompiledEntities entities(policies, cedar::Entities::from_json(json).value());
//   const cedar::Request request{alice, view, photo, {}};
//   const cedar::Response answer = cedar::Authorizer().is_authorized(request, policies, entities);
//
// The cost of a request follows the policies that match instead of those that there are. For the most of it
// keep an AuthorizerScratch a thread, and decide() in it.
//
// Policies, entities and values are immutable once made, and shared freely by threads. Nothing throws;
// nothing is read from files, the clock or the network.
#include "cedar/authorizer.h"
#include "cedar/declared_types.h"
#include "cedar/entities.h"
#include "cedar/evaluator.h"
#include "cedar/explain.h"
#include "cedar/formatter.h"
#include "cedar/limits.h"
#include "cedar/parser.h"
#include "cedar/partial_evaluation.h"
#include "cedar/policy_json.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"
#include "cedar/schema.h"
#include "cedar/schema_questions.h"
#include "cedar/step_budget.h"
#include "cedar/symbols.h"
#include "cedar/validator.h"
#include "cedar/value_json.h"
