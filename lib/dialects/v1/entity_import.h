#pragma once
#include <span>

#include "api/entities.h"
#include "dialects/body_import.h"

// Many entities in one call: a JSON array, all or nothing; or lines of JSON (NDJSON), in pieces of up to a
// thousand, each of which is all or nothing, or together where `atomic` asks for that.
namespace dialects::v1 {

api::Outcome<std::unique_ptr<BodyImport>> import_entities(const Call&, const api::Read&);

}  // namespace dialects::v1
