#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// A slug that a tenant gave up, by another one or by its end: whoever still knows it by that name must not
// reach another tenant under it.
struct HeldSlug {
  std::string slug;
  TenantId tenant;  // that had it; it may be gone
  base::Timestamp until;

  bool operator==(const HeldSlug&) const = default;
};

constexpr std::int64_t kSlugHeldMs = 30LL * 24 * 3600 * 1000;

// Nothing where nobody gave it up, or too long ago.
base::Result<std::optional<HeldSlug>> get_held_slug(const store::ReadTxn&, std::string_view slug,
                                                    base::Timestamp now);

// Adds or replaces.
base::Result<void> hold_slug(store::WriteTxn&, const HeldSlug&);

// Of what is taken again. Absence is no error.
base::Result<void> release_slug(store::WriteTxn&, std::string_view slug);

// Removes up to `limit` that are held no longer, oldest first; how many it removed.
base::Result<std::size_t> expire_held_slugs(store::WriteTxn&, base::Timestamp now, std::size_t limit);

}  // namespace domain
