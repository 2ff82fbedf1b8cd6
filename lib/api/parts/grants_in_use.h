#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "api/context.h"
#include "domain/pending_deletion.h"
#include "domain/rule.h"

// What grants name doesn't go without them. For this folder alone.
namespace api {

inline constexpr std::uint64_t kMostCounted = 10'000;  // of what something is in use by

// "3 grants", and beyond kMostCounted "more than 10000 grants".
std::string counted(std::uint64_t count, const char* things);

// Up to kMostCounted + 1.
Outcome<std::uint64_t> count_grants(const Read&, const domain::PendingDeletion&);

// kInUse where grants name it; `who` is what the message calls it.
Outcome<void> check_no_grants(const Read&, const domain::PendingDeletion&, const std::string& who);

// The same of rules that are templates of grants.
Outcome<void> check_no_grants(const Read&, const std::vector<domain::Rule>&, const std::string& who);

// kInUse where the rule is a template of grants, and the text has other slots. REQUIRES: both can be read
Outcome<void> check_slots_kept(const Read&, const domain::Rule& before, const std::string& text);

// Deletes the grants of rules that are about to be deleted, in steps where they are many.
Outcome<void> delete_grants_of(Change&, const std::vector<domain::Rule>&, const domain::DeletedBy&);

}  // namespace api
