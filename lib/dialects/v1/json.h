#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "base/json.h"

// Values that answers of /v1 have in common.
namespace dialects::v1 {

inline void write(base::JsonWriter& w, const std::optional<std::string>& text) {
  text ? w.string(*text) : w.null();
}
inline void write(base::JsonWriter& w, const base::Uuid& id) {
  w.string(id.to_string());
}
template <class Noun>
void write(base::JsonWriter& w, const domain::Id<Noun>& id) {
  w.string(id.to_string());
}
inline void write(base::JsonWriter& w, base::Timestamp time) {
  w.string(to_string(time));
}
inline void write(base::JsonWriter& w, const std::optional<base::Timestamp>& time) {
  time ? write(w, *time) : void(w.null());
}
inline void write(base::JsonWriter& w, const std::vector<std::string>& texts) {
  w.begin_array();
  for (const std::string& text : texts) w.string(text);
  w.end_array();
}

// Whoever did it, by id; null: Reeve itself.
inline void write(base::JsonWriter& w, const std::optional<domain::Principal>& principal) {
  principal ? write(w, principal->id) : void(w.null());
}

}  // namespace dialects::v1
