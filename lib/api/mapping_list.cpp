// Every query goes one way through one table, and passes by what it finds there and doesn't want, as far as a
// page may. So a page never gathers anything, and no query costs more than another:
//
//   the query names               the way is                          a place is
//   principal, resource           what is held on the resource        the mapping's key
//   resource                      the same, of everybody              likewise
//   principal                     what the principal holds            likewise
//   role                          who holds the role                  likewise
//   level                         who holds roles, by leaps from role to role
//   expires_before, or expired    the ends, up to the last            when it ends, and its id
//   nothing of these              all, by id                          its id
//
// A cursor says of which way it is, and is none for a query that goes another.
#include "api/mapping_list.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/mapping_views.h"
#include "api/parts/paging.h"
#include "api/parts/visible_mappings.h"
#include "domain/mapping_expiry.h"
#include "domain/mapping_walk.h"

namespace api {
namespace {

using domain::NextHeld;

enum class Way : char { kOn = 'o', kHeld = 'p', kHolders = 'r', kEnds = 'e', kIds = 'i' };

// ---- places, and cursors of them

// "p" role kind principal resource; ids have 36 characters, a kind is a digit.
constexpr std::size_t kIdText = 36;

std::string place_of(Way way, const domain::Holding& holding) {
  std::string place(1, static_cast<char>(way));
  place.append(holding.role.to_string());
  place.append(std::to_string(static_cast<int>(holding.principal.kind)));
  return place.append(holding.principal.id.to_string()).append(holding.resource);
}

std::optional<domain::MappingKey> parse_key(std::string_view text) {
  constexpr std::size_t kBefore = kIdText + 1 + kIdText;
  if (text.size() < kBefore || text.size() > kBefore + domain::kMaxResourceText) return std::nullopt;
  const auto role = domain::RoleId::parse(text.substr(0, kIdText));
  const auto kind = domain::principal_kind_of(static_cast<std::uint8_t>(text[kIdText] - '0'));
  const auto id = base::Uuid::parse(text.substr(kIdText + 1, kIdText));
  if (!role || !kind || !id) return std::nullopt;
  return domain::MappingKey{domain::Principal(*kind, *id), *role, std::string(text.substr(kBefore))};
}

std::string place_of(const domain::ExpiryPlace& place) {
  return static_cast<char>(Way::kEnds) + place.id.to_string() + std::to_string(place.expires_at.ms);
}

std::optional<domain::ExpiryPlace> parse_end(std::string_view text) {
  const auto id = domain::MappingId::parse(text.substr(0, kIdText));
  if (!id || text.size() <= kIdText) return std::nullopt;
  domain::ExpiryPlace place{{}, *id};
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data() + kIdText, end, place.expires_at.ms);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return place;
}

Error wrong_cursor() {
  return invalid("cursor", "is not a cursor that this list has given");
}

// Behind which place a page begins; nothing: at the beginning.
template <typename Place>
Outcome<std::optional<Place>> cursor_of(const PageRequest& page, Way way,
                                        std::optional<Place> (*parse)(std::string_view)) {
  if (page.after.empty()) return std::optional<Place>();
  if (page.after.front() != static_cast<char>(way)) return wrong_cursor();
  auto place = parse(std::string_view(page.after).substr(1));
  if (!place) return wrong_cursor();
  return place;
}

// ---- the list

// One page. The ways are the same but for what they walk through and what a place is.
class MappingPage {
 public:
  MappingPage(const Read& read, const domain::TenantId& tenant, const MappingQuery& query,
              const std::optional<domain::RoleId>& role, const PageRequest& page)
      : read_(read),
        tenant_(tenant),
        query_(query),
        role_(role),
        page_(page),
        views_(read, tenant),
        visible_(read, tenant),
        pager_(read, page) {}

  Outcome<Page<MappingView>> list() {
    const bool on_something = query_.resource && !query_.resource->empty();
    const bool expired = query_.state == MappingState::kExpired;
    if (on_something) return list_on();
    if (query_.principal) return list_held();
    if (role_ || query_.level) return list_holders();
    if (query_.expires_before || expired) return list_ends();
    return list_all();
  }

 private:
  Outcome<Page<MappingView>> list_on() {
    return list_keys(Way::kOn, [&](const domain::MappingKey* after, domain::MappingWalk fn) {
      return domain::walk_holders_on(read_.txn, tenant_, *query_.resource, query_.principal, after, fn);
    });
  }
  Outcome<Page<MappingView>> list_held() {
    return list_keys(Way::kHeld, [&](const domain::MappingKey* after, domain::MappingWalk fn) {
      return domain::walk_held(read_.txn, tenant_, *query_.principal, role_, after, fn);
    });
  }
  Outcome<Page<MappingView>> list_holders() {
    return list_keys(Way::kHolders, [&](const domain::MappingKey* after, domain::MappingWalk fn) {
      return domain::walk_holders(read_.txn, tenant_, role_, after, fn);
    });
  }

  template <typename Walk>
  Outcome<Page<MappingView>> list_keys(Way way, const Walk& walk) {
    const auto after = cursor_of<domain::MappingKey>(page_, way, parse_key);
    if (!after.ok()) return after.error();
    const auto visit = [&](const domain::Holding& holding, bool is_left) {
      if (!pager_.look()) return NextHeld::kEnd;
      const std::string place = place_of(way, holding);
      const auto load = [&]() -> Outcome<domain::Mapping> {
        const domain::MappingKey key{holding.principal, holding.role, std::string(holding.resource)};
        auto mapping = stored(domain::get_mapping(read_.txn, tenant_, key));
        if (!mapping.ok()) return mapping.error();
        if (!*mapping)
          return from_store({base::ErrorCode::kCorrupt, to_string(key) + ": a mapping is not there"});
        return **std::move(mapping);
      };
      return consider(holding, is_left, place, load);
    };
    const auto done = stored(walk(*after ? &**after : nullptr, visit));
    if (!done.ok()) return done.error();
    return pager_.finish();
  }

  Outcome<Page<MappingView>> list_ends() {
    const auto after = cursor_of<domain::ExpiryPlace>(page_, Way::kEnds, parse_end);
    if (!after.ok()) return after.error();
    const bool expired = query_.state == MappingState::kExpired;
    const base::Timestamp from{query_.state && !expired ? read_.now.ms + 1 : 0};
    const auto visit = [&](const domain::ExpiryPlace& place, std::optional<domain::Mapping>&& mapping) {
      if (query_.expires_before && place.expires_at >= *query_.expires_before) return false;
      if (expired && place.expires_at > read_.now) return false;
      return consider(std::move(mapping), place_of(place));
    };
    const auto done =
        stored(domain::each_expiring(read_.txn, tenant_, from, *after ? &**after : nullptr, visit));
    if (!done.ok()) return done.error();
    return pager_.finish();
  }

  Outcome<Page<MappingView>> list_all() {
    const auto after = cursor_of<domain::MappingId>(page_, Way::kIds, domain::MappingId::parse);
    if (!after.ok()) return after.error();
    const auto done = stored(domain::walk_mappings(
        read_.txn, tenant_, *after ? &**after : nullptr,
        [&](const domain::MappingId& id, std::optional<domain::Mapping>&& mapping) {
          return consider(std::move(mapping), static_cast<char>(Way::kIds) + id.to_string());
        }));
    if (!done.ok()) return done.error();
    return pager_.finish();
  }

  bool consider(std::optional<domain::Mapping>&& mapping, const std::string& place) {
    if (!pager_.look()) return false;
    if (!mapping) return pager_.pass(place);
    const domain::Holding holding{mapping->principal, mapping->role, mapping->resource, mapping->valid_from,
                                  mapping->expires_at};
    const auto load = [&] { return Outcome<domain::Mapping>(*std::move(mapping)); };
    return consider(holding, false, place, load) != NextHeld::kEnd;
  }

  // Of one that has been counted; `load()` gives the whole of it.
  template <typename Load>
  NextHeld consider(const domain::Holding& holding, bool is_left, const std::string& place,
                    const Load& load) {
    if (is_left) return pass(place);
    const auto role = views_.role(holding.role);
    if (!role.ok()) return fail(role.error());
    if (!(*role)->is_shown || (query_.level && (*role)->level != *query_.level)) {
      pager_.pass(place);
      return NextHeld::kNextRole;
    }
    if (!is_wanted(holding) || !visible_.are_of(holding.principal)) return pass(place);
    const bool goes_on = pager_.take(place, [&]() -> Outcome<MappingView> {
      auto mapping = load();
      if (!mapping.ok()) return mapping.error();
      return views_.view(std::move(mapping).value());
    });
    return goes_on ? NextHeld::kNext : NextHeld::kEnd;
  }

  NextHeld pass(const std::string& place) {
    pager_.pass(place);
    return NextHeld::kNext;
  }
  NextHeld fail(Error error) {
    pager_.fail(std::move(error));
    return NextHeld::kEnd;
  }

  bool is_wanted(const domain::Holding& holding) const {
    if (query_.principal && holding.principal != *query_.principal) return false;
    if (role_ && holding.role != *role_) return false;
    if (query_.resource && holding.resource != *query_.resource) return false;
    if (query_.permanent && holding.expires_at) return false;
    if (query_.expires_before && !(holding.expires_at && *holding.expires_at < *query_.expires_before))
      return false;
    return !query_.state || state_of(holding.valid_from, holding.expires_at, read_.now) == *query_.state;
  }

  const Read& read_;
  const domain::TenantId& tenant_;
  const MappingQuery& query_;
  const std::optional<domain::RoleId> role_;
  const PageRequest& page_;
  MappingViews views_;
  VisibleMappings visible_;
  Pager<MappingView, std::string> pager_;
};

constexpr std::string_view kStates[] = {"active", "future", "expired"};

}  // namespace

std::string_view name_of(MappingState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<MappingState> parse_mapping_state(std::string_view name) {
  const auto* const found = std::find(std::begin(kStates), std::end(kStates), name);
  if (found == std::end(kStates)) return std::nullopt;
  return static_cast<MappingState>(found - std::begin(kStates));
}

Outcome<Page<MappingView>> list_mapping_views(const Read& read, const domain::TenantId& tenant,
                                              const MappingQuery& query, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_all_mappings, tenant));
  if (!authorized.ok()) return authorized.error();
  std::optional<domain::RoleId> id;
  if (query.role) {
    const auto role = find_role_named(read, tenant, *query.role);
    if (!role.ok()) return role.error();
    if (!*role) return Page<MappingView>();
    id = (*role)->id;
  }
  return MappingPage(read, tenant, query, id, page).list();
}

Outcome<MappingView> get_mapping_view(const Read& read, const domain::TenantId& tenant,
                                      const domain::MappingId& id) {
  auto mapping = get_mapping(read, tenant, id);
  if (!mapping.ok()) return mapping.error();
  return view_mapping(read, std::move(mapping).value());
}

Outcome<MappingView> view_mapping(const Read& read, domain::Mapping mapping) {
  const domain::TenantId tenant = mapping.tenant;
  return MappingViews(read, tenant).view(std::move(mapping));
}

}  // namespace api
