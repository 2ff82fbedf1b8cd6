#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/error.h"
#include "base/function_ref.h"

namespace api {

// A slug that nobody has, made from a name: slug_of(name), or `otherwise` where that is empty, and where it
// is taken with the first free number behind it, "team-lead-2". To be found before the guard is asked, which
// decides about what is written. `slug` is what was tried first where every try was taken.
struct FreeSlug {
  std::string slug;
  bool is_free = false;
};
Outcome<FreeSlug> free_slug(const std::string& name, std::string_view otherwise,
                            base::FunctionRef<Outcome<bool>(const std::string& slug)> is_free);

}  // namespace api
