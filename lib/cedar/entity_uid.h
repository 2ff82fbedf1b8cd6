#pragma once
#include <compare>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cedar/name.h"

namespace cedar {

// `Type::"id"`. The id is any string, compared bytewise. Immutable and shared: a copy costs a count.
class EntityUid {
 public:
  EntityUid(Name type, std::string id);

  // Reads `User::"alice"`, with the escapes of policy text; blanks and comments may stand around the parts.
  // The message has the place in the text.
  static base::Result<EntityUid> parse(std::string_view text);

  const Name& type() const { return rep_->type; }
  const std::string& id() const { return rep_->id; }
  std::size_t hash() const { return rep_->hash; }

  // True where the last part of the type is `Action`.
  bool is_action() const { return rep_->type.basename() == "Action"; }

  bool operator==(const EntityUid& o) const {
    return rep_ == o.rep_ ||
           (rep_->hash == o.rep_->hash && rep_->id == o.rep_->id && rep_->type == o.rep_->type);
  }
  std::strong_ordering operator<=>(const EntityUid&) const;  // by type, then id

 private:
  struct Rep {
    Name type;
    std::string id;
    std::size_t hash;
  };
  std::shared_ptr<const Rep> rep_;
};

// As policies write it: `User::"al\"ice"`.
std::string to_text(const EntityUid&);

struct EntityUidHash {
  std::size_t operator()(const EntityUid& uid) const { return uid.hash(); }
};

}  // namespace cedar
