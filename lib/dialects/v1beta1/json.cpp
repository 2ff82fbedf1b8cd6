#include "dialects/v1beta1/json.h"

#include "dialects/body.h"

namespace dialects::v1beta1 {

Out& Out::name(std::string_view member) {
  if (names_ == FieldNames::kCamel && member.find('_') != std::string_view::npos) {
    w_.name(camel_case(member));
  } else {
    w_.name(member);
  }
  return *this;
}

Out& Out::begin(std::string_view member) {
  name(member);
  return begin();
}

Out& Out::begin() {
  w_.begin_object();
  return *this;
}

Out& Out::end() {
  w_.end_object();
  return *this;
}

Out& Out::begin_array(std::string_view member) {
  name(member);
  w_.begin_array();
  return *this;
}

Out& Out::end_array() {
  w_.end_array();
  return *this;
}

Out& Out::metadata(std::string_view object, const std::optional<std::string>& description) {
  name("metadata");
  if (!description) {
    w_.raw(object);
    return *this;
  }
  // The object's members, without its braces, follow the description.
  const std::string_view members = object.substr(1, object.size() - 2);
  std::string all = base::JsonWriter().begin_object().member("description", *description).take();
  if (!members.empty()) all.append(",").append(members);
  w_.raw(all.append("}"));
  return *this;
}

}  // namespace dialects::v1beta1
