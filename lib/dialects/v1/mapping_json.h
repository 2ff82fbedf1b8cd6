#pragma once
#include "api/mapping_list.h"
#include "api/mappings.h"
#include "base/json.h"
#include "dialects/body.h"

// Mappings in bodies of /v1.
namespace dialects::v1 {

void write_mapping(base::JsonWriter&, const api::MappingView&);

// Of an object that is being read; its finish() is for the caller to call.
api::NewRoleMapping read_new_mapping(const domain::TenantId& tenant, Fields&, FieldErrors&);
api::MappingPatch read_mapping_patch(Fields&);

}  // namespace dialects::v1
