// A slug given up lies under itself, and once more in order of when it will be free, so that the housekeeper
// finds the oldest without looking at the others.
//
//   held_slug          "acme"               who had it, until when
//   held_slug_by_time  [until u64] "acme"   -
//
// put_tenant() and delete_tenant() hold what they free, and put_tenant() releases what is taken. Whether a
// slug that is held may be taken is not said here.
#include "domain/held_slug.h"

#include <algorithm>
#include <vector>

#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& held) {
                           codec.member("tenant", held.tenant);
                           codec.member("until", held.until);
                         }};

base::Result<HeldSlug> decode(std::string_view key, std::string_view value) {
  HeldSlug held;
  held.slug = key;
  if (auto read = unseal_record(Table::kHeldSlug, key, value, kLayout, held); !read.ok()) return read.error();
  return held;
}

Key by_time(const HeldSlug& held) {
  return Key().u64(static_cast<std::uint64_t>(std::max<std::int64_t>(held.until.ms, 0))).text(held.slug);
}

}  // namespace

base::Result<std::optional<HeldSlug>> get_held_slug(const store::ReadTxn& txn, std::string_view slug,
                                                    base::Timestamp now) {
  auto held = get_record(txn, Table::kHeldSlug, slug, decode);
  if (held.ok() && *held && now >= (*held)->until) return {std::nullopt};
  return held;
}

base::Result<void> hold_slug(store::WriteTxn& txn, const HeldSlug& held) {
  if (auto done = release_slug(txn, held.slug); !done.ok()) return done;
  if (auto done = txn.put(Table::kHeldSlugByTime, by_time(held), {}); !done.ok()) return done;
  return txn.put(Table::kHeldSlug, held.slug, seal_record(kLayout, held));
}

base::Result<void> release_slug(store::WriteTxn& txn, std::string_view slug) {
  const auto held = get_record(txn, Table::kHeldSlug, slug, decode);
  if (!held.ok()) return held.error();
  if (!*held) return {};
  if (auto done = del(txn, Table::kHeldSlugByTime, by_time(**held)); !done.ok()) return done;
  return del(txn, Table::kHeldSlug, slug);
}

base::Result<std::size_t> expire_held_slugs(store::WriteTxn& txn, base::Timestamp now, std::size_t limit) {
  std::vector<std::string> expired;
  const auto scanned = txn.scan(Table::kHeldSlugByTime, {}, [&](std::string_view key, std::string_view) {
    const std::uint64_t until = store::KeyReader(key).u64();
    if (expired.size() >= limit || now.ms < 0 || until > static_cast<std::uint64_t>(now.ms)) return false;
    expired.emplace_back(key);
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  for (const std::string& key : expired) {
    // A record that can't be read goes with its time; one that says another time is held anew.
    const std::string_view slug = std::string_view(key).substr(8);
    const auto held = get_record(txn, Table::kHeldSlug, slug, decode);
    if (!held.ok() && held.error().code != base::ErrorCode::kCorrupt) return held.error();
    const bool is_its = !held.ok() || (*held && by_time(**held).view() == key);
    if (is_its)
      if (auto done = del(txn, Table::kHeldSlug, slug); !done.ok()) return done.error();
    if (auto done = del(txn, Table::kHeldSlugByTime, key); !done.ok()) return done.error();
  }
  return expired.size();
}

base::Result<void> implied_by_held_slug(const Entry& entry, Implied& implied) {
  const auto held = decode(entry.key, entry.value);
  if (!held.ok()) return held.error();
  implied.entry(Table::kHeldSlugByTime, {by_time(*held), {}});
  return {};
}

}  // namespace domain
