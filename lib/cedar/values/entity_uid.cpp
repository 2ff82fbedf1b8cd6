#include "cedar/entity_uid.h"

#include "base/keyed_hash.h"
#include "cedar/values/quote.h"

namespace cedar {

EntityUid::EntityUid(Name type, std::string id) {
  const std::size_t type_hash = base::KeyedHash()(type.text());
  const std::size_t id_hash = base::KeyedHash()(id);
  const std::size_t hash = id_hash ^ (type_hash + 0x9e3779b97f4a7c15U + (id_hash << 6U) + (id_hash >> 2U));
  rep_ = std::make_shared<const Rep>(Rep{std::move(type), std::move(id), hash});
}

std::strong_ordering EntityUid::operator<=>(const EntityUid& o) const {
  if (rep_ == o.rep_) return std::strong_ordering::equal;
  const auto by_type = rep_->type <=> o.rep_->type;
  return by_type != 0 ? by_type : rep_->id <=> o.rep_->id;
}

std::string to_text(const EntityUid& uid) {
  return uid.type().text() + "::" + quote(uid.id());
}

}  // namespace cedar
