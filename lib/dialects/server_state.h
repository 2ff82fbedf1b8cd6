#pragma once
#include "dialects/dialect.h"

namespace api {
class Backups;
class Service;
}  // namespace api

namespace dialects {

// What calls answer from that are about the server itself.
struct ServerState {
  const api::Service& service;  // outlives this
  FieldNames v1beta1_names;
  api::Backups& backups;  // outlives this
};

}  // namespace dialects
