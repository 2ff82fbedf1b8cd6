#include "dialects/v1/error.h"

#include "base/json.h"

namespace dialects::v1 {

std::string error_body(const api::Error& error, std::string_view code) {
  JsonWriter w;
  w.begin_object()
      .name("code")
      .string(code)
      .name("message")
      .string(error.message)
      .name("details")
      .begin_object();
  if (!error.fields.empty()) {
    w.name("errors").begin_array();
    for (const api::FieldError& field : error.fields)
      w.begin_object()
          .name("pointer")
          .string(field.pointer)
          .name("message")
          .string(field.message)
          .end_object();
    w.end_array();
  }
  if (!error.policies.empty()) {
    w.name("policies").begin_array();
    for (const std::string& policy : error.policies) w.string(policy);
    w.end_array();
  }
  w.end_object().name("notices").begin_array();
  for (const std::string& notice : error.notices) w.string(notice);
  return w.end_array().end_object().take();
}

}  // namespace dialects::v1
