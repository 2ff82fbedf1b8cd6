#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/audit.h"

namespace domain {

// The nouns by which something that entries concern may be named: "role", "group", "user", "service_user",
// "policy".
bool is_concerned_type(std::string_view type);

// Whom and what an entry is about, besides by its resource_id: the thing itself, and those that the change
// gave something or took something from, as "role:on-call" or "user:0197…"; sorted, each once. Of a mapping
// that is who has it and the role; of a member, the group and who is in it; of a user's roles, those that
// came or went. Follows from the entry alone.
std::vector<std::string> concerned_by(const AuditEntry&);

}  // namespace domain
