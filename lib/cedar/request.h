#pragma once
#include "cedar/entity_uid.h"
#include "cedar/value.h"

namespace cedar {

// May `principal` do `action` to `resource`, under these circumstances?
struct Request {
  EntityUid principal;
  EntityUid action;
  EntityUid resource;
  Record context;
};

}  // namespace cedar
