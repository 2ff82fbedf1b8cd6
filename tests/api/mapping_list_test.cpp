// The list of mappings is held against the older one of all, filtered here: whatever way a query goes, and
// whatever a page may cost, it gives those rows and each once.
#include "api/mapping_list.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "api/groups.h"
#include "api/mapping_batch.h"
#include "api/undo.h"
#include "api/users.h"
#include "tests/support/api_world.h"
#include "tests/support/ticking_clock.h"

namespace {

using namespace std::chrono_literals;
using C = api::Change;
using Ids = std::vector<domain::MappingId>;

constexpr api::PageLimits kAmple{1'000'000, 1h, std::size_t{1} << 30U, std::size_t{1} << 30U};

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  std::vector<domain::Principal> people;
  const std::vector<std::string> roles = {"admin", "lead", "small"};
  const std::vector<domain::ResourceText> resources = {"", "Folder:7", "Folder:70"};
  std::map<domain::RoleId, std::string> slugs;

  Scene() {
    world.add_role(acme, "lead", {"organization:rolemanage"});
    world.add_role(acme, "small", {"group:get"});
    for (const char* const name : {"ann", "bob", "cyd"}) people.emplace_back(world.add_user(acme, name));
    for (const char* const name : {"Team", "Board"}) people.emplace_back(world.add_group(acme, name));
  }

  domain::Mapping make(const api::NewRoleMapping& given) {
    return ApiWorld::must(
        world.change(world.platform(), [&](C& c) { return api::create_mapping(c, acme, given); }));
  }

  // Those in thirds of a second around `now`, and some that never end.
  void fill(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (const domain::Principal& who : people)
      for (const std::string& role : roles)
        for (const domain::ResourceText& on : resources) {
          if (random() % 3 == 0) continue;
          api::NewRoleMapping given{role, who, on, {}, {}, {}, {}};
          if (random() % 3 == 0) given.valid_from = base::Timestamp{world.now().ms + at(random)};
          if (random() % 3 != 0)
            given.expires_at = base::Timestamp{
                std::max(world.now().ms, given.valid_from.value_or(world.now()).ms) + at(random)};
          slugs[make(given).role] = role;
        }
    world.clock().advance(5'000);
  }
  static std::int64_t at(std::mt19937_64& random) { return 1 + static_cast<std::int64_t>(random() % 10'000); }

  // Page by page.
  Ids list(const api::MappingQuery& query, std::size_t limit, const api::PageLimits& limits,
           std::chrono::nanoseconds step) {
    Ids ids;
    std::string after;
    std::size_t pages = 0;
    do {
      const auto page = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
        const TickingClock clock(step);
        const api::Read read{r.txn, r.now, r.catalogue, r.guard, r.caller, r.origin, limits, clock};
        return api::list_mapping_views(read, acme, query, {limit, after});
      }));
      CHECK(page.data.size() <= limit);
      CHECK(page.data.size() <= limits.rows);
      for (const api::MappingView& view : page.data) ids.push_back(view.mapping.id);
      REQUIRE((page.next.empty() || page.next != after));
      after = page.next;
      REQUIRE(++pages < 500);
    } while (!after.empty());
    return ids;
  }

  std::vector<domain::Mapping> all() {
    return ApiWorld::must(world.read(world.platform(),
                                     [&](const api::Read& r) {
                                       return api::list_mappings(r, acme, {}, {0, ""});
                                     }))
        .data;
  }

  bool is_wanted(const domain::Mapping& mapping, const api::MappingQuery& query) const {
    const bool expired = mapping.expires_at && *mapping.expires_at <= world.now();
    const bool future = !expired && mapping.valid_from && *mapping.valid_from > world.now();
    const auto state = expired  ? api::MappingState::kExpired
                       : future ? api::MappingState::kFuture
                                : api::MappingState::kActive;
    const std::string& role = slugs.at(mapping.role);
    const auto level = role == "small" ? names::Risk::kLow : names::Risk::kAdmin;
    return (!query.principal || mapping.principal == *query.principal) &&
           (!query.role || role == *query.role) && (!query.resource || mapping.resource == *query.resource) &&
           (!query.state || state == *query.state) && (!query.level || level == *query.level) &&
           (!query.permanent || !mapping.expires_at) &&
           (!query.expires_before || (mapping.expires_at && *mapping.expires_at < *query.expires_before));
  }
};

template <typename T>
std::vector<std::optional<T>> or_none(std::vector<T> values) {
  std::vector<std::optional<T>> all = {std::nullopt};
  for (T& value : values) all.emplace_back(std::move(value));
  return all;
}

std::string text_of(const api::MappingQuery& q) {
  return (q.principal ? to_string(*q.principal) + " " : "") + (q.role ? "role " + *q.role + " " : "") +
         (q.resource ? "on `" + *q.resource + "` " : "") + (q.level ? "level " : "") +
         (q.state ? std::string(name_of(*q.state)) + " " : "") + (q.expires_before ? "ends " : "") +
         (q.permanent ? "permanent" : "");
}

}  // namespace

TEST_CASE("list of mappings: whatever is asked for, each comes once, page by page", "[api][mappings]") {
  using enum api::MappingState;
  Scene s;
  s.fill(7);
  const auto all = s.all();
  std::mt19937_64 random(11);
  for (const auto& principal : or_none<domain::Principal>({s.people[0], s.people[4]}))
    for (const auto& role : or_none<std::string>({"small"}))
      for (const auto& resource : or_none<domain::ResourceText>({"", "Folder:7"}))
        for (const auto& level : or_none<names::Risk>({names::Risk::kLow}))
          for (const auto& state : or_none<api::MappingState>({kActive, kFuture, kExpired}))
            for (const auto& before : or_none<base::Timestamp>({base::Timestamp{s.world.now().ms + 2'000}}))
              for (const bool permanent : {false, true}) {
                const api::MappingQuery query{principal, role, resource, level, state, before, permanent};
                INFO(text_of(query));
                Ids expected;
                for (const domain::Mapping& mapping : all)
                  if (s.is_wanted(mapping, query)) expected.push_back(mapping.id);
                const api::PageLimits limits{1 + random() % 9, 1ms * (1 + random() % 20),
                                             1 + random() % 6'000, 1};
                Ids listed = s.list(query, 250, kAmple, 0ns);
                CHECK(s.list(query, 1 + random() % 7, limits, 1ms * (1 + random() % 6)) == listed);
                std::sort(listed.begin(), listed.end());
                CHECK(listed == expected);
              }
}

TEST_CASE("list of mappings: what ends is in the order in which it ends", "[api][mappings]") {
  Scene s;
  s.fill(3);
  std::map<domain::MappingId, base::Timestamp> ends;
  for (const domain::Mapping& mapping : s.all())
    if (mapping.expires_at) ends.emplace(mapping.id, *mapping.expires_at);
  api::MappingQuery soon, over;
  soon.expires_before = base::Timestamp{s.world.now().ms + 4'000};
  soon.state = api::MappingState::kActive;
  over.state = api::MappingState::kExpired;
  for (const api::MappingQuery& query : {soon, over}) {
    const Ids ids = s.list(query, 3, kAmple, 0ns);
    REQUIRE(ids.size() > 3);
    CHECK(std::is_sorted(ids.begin(), ids.end(),
                         [&](const auto& a, const auto& b) { return ends.at(a) < ends.at(b); }));
  }
}

TEST_CASE("list of mappings: a cursor is one of its own way", "[api][mappings]") {
  Scene s;
  s.fill(5);
  api::MappingQuery of_ann, ends, all;
  of_ann.principal = s.people[0];
  ends.expires_before = base::Timestamp{s.world.now().ms + 9'000};
  const auto first = [&](const api::MappingQuery& query, const std::string& after) {
    return s.world.read(s.world.platform(), [&](const api::Read& r) {
      return api::list_mapping_views(r, s.acme, query, {1, after});
    });
  };
  const std::string ways[] = {ApiWorld::must(first(of_ann, "")).next, ApiWorld::must(first(ends, "")).next,
                              ApiWorld::must(first(all, "")).next};
  const api::MappingQuery queries[] = {of_ann, ends, all};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      CHECK(to_text(first(queries[i], ways[j])) ==
            (i == j ? "ok"
                    : "invalid_input: cursor: is not a cursor that this list has given | cursor: is not a "
                      "cursor that this list has given"));
  for (const char* const wrong : {"p", "e", "i", "x", "pp", "i0197", "e0197f3c4-1b5d-7e08-a1c2-6d3f9e4b7a50",
                                  "e0197f3c4-1b5d-7e08-a1c2-6d3f9e4b7a509x"})
    for (const api::MappingQuery& query : queries) CHECK(!first(query, wrong).ok());
}

TEST_CASE("list of mappings: shows whose they are, and a group's to those who may list them",
          "[api][mappings]") {
  Scene s;
  const domain::UserId ann(s.people[0].id);
  const domain::GroupId team(s.people[3].id);
  s.make({"lead", ann, "Folder:7", {}, {}, "for now", {}});
  s.make({"small", team, "", {}, base::Timestamp{s.world.now().ms + 1'000}, {}, {}});
  const auto view = [&](const api::Caller& caller) {
    std::vector<std::string> rows;
    const auto page = ApiWorld::must(
        s.world.read(caller, [&](const api::Read& r) { return api::list_mapping_views(r, s.acme, {}, {}); }));
    for (const api::MappingView& row : page.data)
      rows.push_back(row.name + " " + row.email + " " + row.role + " " + std::string(name_of(row.level)) +
                     " " + (row.resource ? to_string(*row.resource) : "") + " " +
                     std::string(name_of(row.state)));
    return rows;
  };
  CHECK(
      view(s.world.admin(s.acme)) ==
      std::vector<std::string>{"ann ann@example.org lead admin Folder:7 active", "Team  small low  active"});
  CHECK(view(s.world.caller(s.acme, {"organization:get"})) ==
        std::vector<std::string>{"ann ann@example.org lead admin Folder:7 active"});
  s.world.clock().advance(1'000);
  CHECK(view(s.world.admin(s.acme))[1] == "Team  small low  expired");
  CHECK(to_text(s.world.read(s.world.caller(s.acme, {}), [&](const api::Read& r) {
          return api::list_mapping_views(r, s.acme, {}, {});
        })).starts_with("forbidden: mapping:list_all"));
  // Of a role that isn't there there are none.
  api::MappingQuery query;
  query.role = "nobody";
  CHECK(s.list(query, 9, kAmple, 0ns).empty());
}

TEST_CASE("mappings: times and reason are changed, and nothing that can't be made", "[api][mappings]") {
  Scene s;
  const auto admin = s.world.admin(s.acme);
  const base::Timestamp later{s.world.now().ms + 9'000};
  const auto made =
      s.make({"small", s.people[0], "", {}, base::Timestamp{s.world.now().ms + 1'000}, "x", {}});
  const auto change = [&](const api::MappingPatch& patch, const api::IfMatch& match = {}) {
    return s.world.change(admin, [&](C& c) { return api::update_mapping(c, s.acme, made.id, patch, match); });
  };
  const auto longer = ApiWorld::must(change({{}, later, {}}));
  CHECK(longer.expires_at == later);
  CHECK(longer.reason == "x");
  CHECK(longer.created_at == made.created_at);
  CHECK(longer.revision > made.revision);
  // What stays the same is no change.
  CHECK(ApiWorld::must(change({{}, later, "x"})).revision == longer.revision);
  CHECK(to_text(change({{}, {}, "y"}, {true, false, {made.revision}})).starts_with("precondition_failed: "));
  CHECK(to_text(change({{}, s.world.now(), {}})) ==
        "invalid_input: expires_at: must lie in the future | /expires_at: must lie in the future");
  CHECK(to_text(change({later, {}, {}})) ==
        "invalid_input: expires_at: must be later than valid_from | /expires_at: must be later than "
        "valid_from");
  CHECK(to_text(change({{}, {}, std::string(501, 'x')})).starts_with("invalid_input: reason"));
  // One that has ended may have its reason changed, and be taken up again.
  s.world.clock().advance(10'000);
  CHECK(to_text(change({{}, {}, "z"})) == "ok");
  CHECK(to_text(change({base::Timestamp{s.world.now().ms - 9}, {}, {}})).starts_with("invalid_input: "));
  const auto permanent = ApiWorld::must(change({{}, std::optional<base::Timestamp>(), "for good"}));
  CHECK(!permanent.expires_at);
  CHECK(to_text(s.world.change(admin, [&](C& c) {
          return api::update_mapping(c, s.acme, domain::MappingId(s.acme.uuid()), {}, {});
        })) == "not_found: mapping " + s.acme.to_string() + ": not found");
}

TEST_CASE("mappings: to end one sooner, or begin it later, is to be allowed to remove it",
          "[api][mappings]") {
  Scene s;
  s.world.add_policies(
      "@id(\"kept\") forbid (principal, action == Action::\"mapping:delete\", resource) "
      "when { context.proposed.role == \"lead\" } unless { principal.platform };");
  const auto admin = s.world.admin(s.acme);
  const auto in = [&](std::int64_t ms) { return std::optional(base::Timestamp{s.world.now().ms + ms}); };
  const std::optional<base::Timestamp> never;
  const auto patched = [&](const domain::Mapping& mapping, const api::MappingPatch& patch) {
    return to_text(
        s.world.change(admin, [&](C& c) { return api::update_mapping(c, s.acme, mapping.id, patch, {}); }));
  };
  const auto batched = [&](const domain::Mapping& mapping, const api::MappingPatch& patch) {
    api::MappingBatch batch;
    batch.update = {{mapping.id, patch}};
    return to_text(s.world.change(
        admin, [&](C& c) { return api::change_mappings(c, s.acme, batch, api::IfUnknown::kRefuse); }));
  };
  struct Row {
    const char* what;
    std::optional<base::Timestamp> from, until;  // of the mapping
    api::MappingPatch patch;
    bool takes_away;
  };
  const Row rows[] = {
      {"ends sooner", never, in(9'000), {{}, in(8'000), {}}, true},
      {"ends", never, never, {{}, in(8'000), {}}, true},
      {"ends later", never, in(9'000), {{}, in(9'001), {}}, false},
      {"ends no more", never, in(9'000), {{}, never, {}}, false},
      {"begins later", never, in(9'000), {in(1), {}, {}}, true},
      {"is put off", in(1'000), never, {in(1'001), {}, {}}, true},
      {"begins sooner", in(1'000), never, {in(999), {}, {}}, false},
      {"began at another time", never, in(9'000), {in(-5), {}, {}}, false},
      {"is moved", in(1'000), in(2'000), {in(3'000), in(4'000), {}}, true},
      {"has another reason", never, in(9'000), {{}, {}, "y"}, false},
  };
  for (const Row& row : rows)
    for (const char* const role : {"lead", "small"}) {
      INFO(row.what << " " << role);
      const auto mapping = s.make({role, s.people[0], "", row.from, row.until, "x", {}});
      const bool refused = row.takes_away && std::string(role) == "lead";
      const std::string wanted = refused ? "forbidden: mapping:delete: not allowed" : "ok";
      CHECK(batched(mapping, row.patch).substr(0, wanted.size()) == wanted);
      CHECK(patched(mapping, row.patch).substr(0, wanted.size()) == wanted);
      ApiWorld::must(s.world.change(s.world.platform(), [&](C& c) -> api::Outcome<bool> {
        if (auto gone = api::delete_mapping(c, s.acme, mapping.id, {}); !gone.ok()) return gone.error();
        return true;
      }));
    }
  // What has ended is nobody's to lose, and undoing what made one longer is to shorten it.
  const auto over = s.make({"lead", s.people[0], "", never, in(10), "x", {}});
  s.world.clock().advance(20);
  CHECK(patched(over, {in(1'000), in(2'000), {}}) == "ok");
  CHECK(patched(over, {{}, in(3'000), {}}) == "ok");
  const auto revision = s.world.service().store().revision();
  CHECK(to_text(s.world.change(admin, [&](C& c) {
          return api::undo_change(c, s.acme, revision, std::make_shared<api::UndoDraft>());
        })).starts_with("forbidden: mapping:delete: not allowed"));
}
