#pragma once
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/policy_set.h"

// The JSON policy format (https://docs.cedarpolicy.com/policies/json-format.html). Reading is within
// kMaxPolicyText bytes and kMaxPolicyJsonNesting levels; messages are "file: /json/pointer: what", and what
// is no JSON at all has line and column. Writing and reading back gives an equal tree, but that a record's
// fields come back sorted by name: the members of a JSON object have no order.
namespace cedar {

// Fails where JSON would nest too deeply; see kMaxPolicyJsonNesting.
base::Result<base::Json> policy_to_json(const Template&);

// Reads one static policy; one with a slot is refused.
base::Result<TemplatePtr> policy_from_json(std::string_view text, std::string_view file_name);

// Reads one template; one without a slot is refused.
base::Result<TemplatePtr> template_from_json(std::string_view text, std::string_view file_name);

// {"staticPolicies": {id: policy}, "templates": {id: template},
//  "templateLinks": [{"templateId", "newId", "values": {"?principal": uid}}]}
base::Result<base::Json> policy_set_to_json(const PolicySet&);

// Reads such a set, of which any member may be absent; or one policy or template alone, which gets the id
// `policy0`.
base::Result<PolicySet> policy_set_from_json(std::string_view text, std::string_view file_name);

}  // namespace cedar
