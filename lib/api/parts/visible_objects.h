#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "api/context.h"
#include "domain/changed_object.h"

// For this folder alone.
namespace api {

// Which objects of changes the caller may be told of: each is asked for with the operation that lists its
// kind, so that a policy that hides rules from somebody hides that they changed, too; a membership with that
// which lists the group's. Each kind, and each group, is asked for once. Refers to the Read.
class VisibleObjects {
 public:
  VisibleObjects(const Read& read, const domain::Owner& tenant) : read_(read), tenant_(tenant) {}

  bool operator()(const domain::ChangedObject&);

  // Whether also who made the changes.
  bool authors();

 private:
  bool ask(const domain::ChangedObject&, bool is_membership) const;

  const Read& read_;
  const domain::Owner tenant_;
  std::map<std::pair<store::Table, std::string>, bool> answers_;
  std::optional<bool> authors_;
};

}  // namespace api
