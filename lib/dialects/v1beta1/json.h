#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "dialects/call.h"

namespace dialects::v1beta1 {

// A JsonWriter that is given names in the protocol's spelling, `created_at`, and writes them as the
// deployment wants them.
class Out {
 public:
  explicit Out(FieldNames names) : names_(names) {}

  Out& begin(std::string_view member);  // … of an object inside an object
  Out& begin();                         // an object as the whole, or in an array
  Out& end();
  Out& begin_array(std::string_view member);
  Out& end_array();

  // Whatever JsonWriter::value takes.
  template <typename T>
  Out& member(std::string_view name, const T& value) {
    this->name(name);
    w_.value(value);
    return *this;
  }

  // `metadata`, a JSON object's text, and in it the description, which Reeve keeps apart.
  Out& metadata(std::string_view object, const std::optional<std::string>& description = std::nullopt);

  FieldNames names() const { return names_; }
  base::JsonWriter& writer() { return w_; }
  std::string take() { return w_.take(); }

 private:
  Out& name(std::string_view member);

  const FieldNames names_;
  base::JsonWriter w_;
};

}  // namespace dialects::v1beta1
