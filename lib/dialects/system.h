#pragma once
#include "api/service.h"
#include "dialects/openapi.h"
#include "dialects/route.h"

namespace dialects {

// What the calls of no dialect answer from.
class System {
 public:
  // REQUIRES: service outlives this
  System(const api::Service& service, FieldNames v1beta1_names)
      : service_(service), documents_(v1beta1_names) {}

  const api::Service& service() const { return service_; }
  const OpenApi& documents() const { return documents_; }

 private:
  const api::Service& service_;
  OpenApi documents_;
};

// What this is, for whoever opens its address: a page for browsers, else JSON.
Answer get_start(const Call&, const System&);

// The process runs and answers; nothing else is looked at, since a restart would mend nothing else.
Answer get_live(const Call&, const System&);

// The store can be read and takes changes: send me calls. Otherwise 503, and which of them fails.
Answer get_ready(const Call&, const System&);

Answer get_openapi_json(const Call&, const System&);
Answer get_openapi_yaml(const Call&, const System&);

}  // namespace dialects
