#pragma once
#include "api/service.h"
#include "dialects/dialect.h"

namespace dialects {

// What calls answer from that are about the server itself.
struct ServerState {
  const api::Service& service;  // outlives this
  FieldNames v1beta1_names;
};

}  // namespace dialects
