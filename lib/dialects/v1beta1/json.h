#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "base/uuid.h"
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

  Out& text(std::string_view member, std::string_view value);
  Out& id(std::string_view member, const base::Uuid& value) { return text(member, value.to_string()); }
  Out& time(std::string_view member, base::Timestamp value) { return text(member, to_string(value)); }
  Out& texts(std::string_view member, const std::vector<std::string>& values);
  Out& boolean(std::string_view member, bool value);
  Out& null(std::string_view member);

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
