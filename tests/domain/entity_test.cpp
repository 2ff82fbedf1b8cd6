#include "domain/entity.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "domain/check.h"
#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/directory.h"
#include "domain/tenant.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

StoredEntity entity_of(const EntityName& name, std::vector<EntityName> parents = {}) {
  StoredEntity entity;
  entity.tenant = kTenant;
  entity.name = name;
  entity.parents = std::move(parents);
  entity.created_at = entity.updated_at = kNow;
  return entity;
}

EntityName folder(std::uint64_t n) {
  return {"Folder", std::to_string(n)};
}

void put(TestStore& store, const EntityName& name, std::vector<EntityName> parents = {}) {
  StoredEntity entity = entity_of(name, std::move(parents));
  store.change([&](auto& txn) { return put_entity(txn, entity); });
}

std::string why_not(const TestStore& store, const EntityName& name, const std::vector<EntityName>& parents) {
  const auto fits = check_parents(store.read(), kTenant, name, parents);
  return fits.ok() ? "" : fits.error().message;
}

std::string text_of(const std::vector<EntityName>& names) {
  std::string text;
  for (const EntityName& name : names) text += (text.empty() ? "" : " ") + to_string(name);
  return text;
}

std::string above(const TestStore& store, const EntityName& name) {
  const auto ancestors = ancestors_of(store.read(), kTenant, name);
  return ancestors.ok() ? text_of(*ancestors) : ancestors.error().message;
}

std::string first_fault(const TestStore& store) {
  std::string fault;
  const auto checked = check_store(store.read(), [&](const StoreFault& f) { return fault = f.what, false; });
  REQUIRE(checked.ok());
  return fault;
}

std::string all_of(const TestStore& store, std::string_view type, const EntityName* after = nullptr) {
  std::vector<EntityName> names;
  REQUIRE(each_entity(store.read(), kTenant, type, after, [&](StoredEntity&& entity) {
            names.push_back(std::move(entity.name));
            return true;
          }).ok());
  return text_of(names);
}

std::string children_of(const TestStore& store, const EntityName& parent, const EntityName* after = nullptr) {
  std::vector<EntityName> names;
  REQUIRE(each_child(store.read(), kTenant, parent, after, [&](EntityName&& name) {
            names.push_back(std::move(name));
            return true;
          }).ok());
  return text_of(names);
}

// The entities with their parents, and what follows from them by definition.
struct Model {
  std::map<std::uint64_t, std::set<std::uint64_t>> parents;

  std::set<std::uint64_t> above(std::uint64_t n) const {
    std::set<std::uint64_t> all;
    if (const auto its = parents.find(n); its != parents.end())
      for (const std::uint64_t parent : its->second) {
        all.insert(parent);
        all.merge(above(parent));
      }
    return all;
  }
};

std::vector<EntityName> names_of(const std::set<std::uint64_t>& numbers) {
  std::vector<EntityName> names;
  for (const std::uint64_t n : numbers) names.push_back(folder(n));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("entity name: as text it is split where it was joined, or has a NUL there", "[domain]") {
  const std::string nul(1, '\0');
  const struct {
    EntityName name;
    std::string text;
  } rows[] = {
      {{"Folder", "7"}, "Folder:7"},
      {{"App::Doc", "7"}, "App::Doc:7"},
      {{"Folder", "a:b"}, "Folder:a:b"},
      {{"Folder", "a::b"}, "Folder:a::b"},
      {{"a:b", "c"}, "a:b" + nul + "c"},
      {{"a", "b:c"}, "a:b:c"},
      {{"Folder", ":7"}, "Folder" + nul + ":7"},
      {{"Folder:", "7"}, "Folder:" + nul + "7"},
      {{"Folder::", "7"}, "Folder:::7"},
      {{"Folder", "::7"}, "Folder" + nul + "::7"},
      {{":", "7"}, ":" + nul + "7"},
      {{"::", "7"}, ":::7"},
      {{"é {\"", "日本 \n"}, "é {\":日本 \n"},
      {{std::string(kMaxEntityType, 't'), std::string(kMaxEntityId, 'i')},
       std::string(kMaxEntityType, 't') + ":" + std::string(kMaxEntityId, 'i')},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(is_valid(row.name));
    CHECK(to_string(row.name) == row.text);
    CHECK(parse_entity_name(row.text) == row.name);
    CHECK(is_plain(row.name) == (row.text.find('\0') == std::string::npos));
  }
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(":"), std::string("a:"), std::string(":a"),
        std::string("a::b"), "a" + nul + "b", "a" + nul + "b" + nul + "c", "a:b" + nul, std::string("a:\xff"),
        std::string(kMaxEntityType + 1, 't') + ":i", "t:" + std::string(kMaxEntityId + 1, 'i')}) {
    INFO(text);
    CHECK_FALSE(parse_entity_name(text));
  }
  for (const EntityName& name : {EntityName{"", "a"}, EntityName{"a", ""}, EntityName{"a" + nul, "b"},
                                 EntityName{"a", "b\xc3"}, EntityName{std::string(129, 'a'), "b"}})
    CHECK_FALSE(is_valid(name));
}

TEST_CASE("entity: every field comes back, and leaves nothing behind", "[domain]") {
  TestStore store;
  StoredEntity made = entity_of({"App::Doc", "a:b" + kOdd.substr(0, 5)}, {folder(2), folder(1), folder(2)});
  made.attrs = R"({"n":1,"owner":{"__entity":{"id":"x","type":"User"}}})";
  made.tags = R"({"t":["x"]})";
  made.updated_at = {kNow.ms + 1};
  made.revision = store.change([&](auto& txn) { return put_entity(txn, made); });
  CHECK(made.parents == std::vector<EntityName>{folder(1), folder(2)});
  CHECK(found(get_entity(store.read(), kTenant, made.name)) == made);
  CHECK(absent(get_entity(store.read(), kOther, made.name)));
  CHECK(absent(get_entity(store.read(), kTenant, folder(1))));
  CHECK(*get_count(store.read(), kTenant, Counted::kEntities) == 1);
  CHECK(store.tables() == "entity_number:3 entity_name:3 entity:1 entity_parent:2 entity_child:2");
  made.parents = {folder(2), folder(3)};
  made.attrs = made.tags = "{}";
  made.revision = store.change([&](auto& txn) { return put_entity(txn, made); });
  CHECK(found(get_entity(store.read(), kTenant, made.name)) == made);
  CHECK(store.tables() == "entity_number:3 entity_name:3 entity:1 entity_parent:2 entity_child:2");
  CHECK(first_fault(store).find("tenant") != std::string::npos);  // which this store hasn't, and nothing else
  store.change([&](auto& txn) { return delete_entity(txn, kTenant, made.name); });
  CHECK(store.tables().empty());
  store.change([&](auto& txn) { return delete_entity(txn, kTenant, made.name); });
  CHECK(*get_count(store.read(), kTenant, Counted::kEntities) == 0);
}

TEST_CASE("entity: what isn't one is refused, and says why", "[domain]") {
  TestStore store;
  const auto refused = [&](StoredEntity entity) {
    const auto error = store.refusal([&](auto& txn) { return put_entity(txn, entity); });
    CHECK(error.code == base::ErrorCode::kInvalid);
    return error.message;
  };
  StoredEntity wrong = entity_of(folder(1));
  wrong.attrs = "[]";
  CHECK(refused(wrong) == "entity Folder:1: attrs: not an object");
  wrong.attrs = "{}";
  wrong.tags = "{} ";
  CHECK(refused(wrong) == "entity Folder:1: tags: not an object");
  CHECK(refused(entity_of({"", "x"})) == "entity: a type of 0 bytes and an id of 1 bytes are no name");
  CHECK(refused(entity_of(folder(1), {{"x", ""}})) ==
        "entity: a type of 1 bytes and an id of 0 bytes are no name");
  CHECK(refused(entity_of(folder(1), {folder(1)})) ==
        "entity Folder:1: the entities would be in a circle: Folder:1 -> Folder:1");
  CHECK(store.tables().empty());
}

TEST_CASE("entity: what would be a circle or too much is refused, and says by which path", "[domain]") {
  TestStore store;
  for (std::uint64_t n = 1; n < 30; ++n) put(store, folder(n + 1), {folder(n)});
  CHECK(why_not(store, folder(1), {folder(9), folder(2)}) ==
        "the entities would be in a circle: Folder:1 -> Folder:2 -> Folder:1");
  CHECK(why_not(store, folder(3), {folder(6)}) ==
        "the entities would be in a circle: Folder:3 -> Folder:6 -> Folder:5 -> Folder:4 -> Folder:3");
  CHECK(why_not(store, folder(1), {folder(30)}) ==
        "the entities would be in a circle: Folder:1 -> Folder:30 -> Folder:29 -> Folder:28 -> Folder:27 -> "
        "… 21 more … -> Folder:5 -> Folder:4 -> Folder:3 -> Folder:2 -> Folder:1");
  CHECK(why_not(store, folder(3), {folder(2)}).empty());
  CHECK(why_not(store, folder(1), {folder(99)}).empty());

  std::vector<EntityName> parents;
  for (std::uint64_t n = 0; n < kMaxParents; ++n) parents.push_back({"Many", std::to_string(n)});
  CHECK(why_not(store, folder(1), parents).empty());
  parents.push_back({"Many", "more"});
  CHECK(why_not(store, folder(1), parents) == "it would have 101 parents, and at most 100 are allowed");

  // Ten of these have a hundred parents each, one of which is above all of them.
  for (std::uint64_t n = 0; n < 10; ++n) {
    std::vector<EntityName> hundred{{"Top", "1"}};
    for (std::uint64_t m = 1; m < kMaxParents; ++m)
      hundred.push_back({"Top", std::to_string(n) + "/" + std::to_string(m)});
    put(store, {"Ten", std::to_string(n)}, std::move(hundred));
  }
  std::vector<EntityName> ten;
  for (std::uint64_t n = 0; n < 10; ++n) ten.push_back({"Ten", std::to_string(n)});
  // 10 + 10 * 99 + 1 are above it.
  CHECK(why_not(store, {"Low", "1"}, ten) == "more than 1000 entities are above it");
  ten.back() = {"Nine", "1"};
  CHECK(why_not(store, {"Low", "1"}, ten).empty());  // 902 are
}

TEST_CASE("entity: one that came to have too much above it fails, and nobody takes it for less", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t n = 1; n < 600; ++n)
      for (const char* type : {"A", "B"}) {
        StoredEntity entity = entity_of({type, std::to_string(n + 1)}, {{type, std::to_string(n)}});
        if (auto done = put_entity(txn, entity); !done.ok()) return done;
      }
    return {};
  });
  put(store, {"Low", "1"}, {{"A", "600"}});
  CHECK(above(store, {"Low", "1"}).size() > 600 * 3);
  put(store, {"A", "1"}, {{"B", "600"}});
  CHECK(above(store, {"Low", "1"}) == "entity Low:1: more than 1000 entities are above it");
  const EntityName low{"Low", "1"}, bottom{"B", "1"}, near{"A", "1"};
  CHECK_FALSE(are_in_line(store.read(), kTenant, {low, bottom}).ok());
  CHECK(*are_in_line(store.read(), kTenant, {low, near}));
}

TEST_CASE("entity: lists are in order, by type, by parent, behind any name", "[domain]") {
  TestStore store;
  for (const std::uint64_t n : {3, 1, 2}) put(store, folder(n), {{"Drive", "d"}});
  put(store, {"Doc", "z"}, {folder(1)});
  put(store, {"Fol", "der9"});
  put(store, {"Folder::X", "1"});
  CHECK(all_of(store, "") == "Doc:z Fol:der9 Folder:1 Folder:2 Folder:3 Folder::X:1");
  CHECK(all_of(store, "Folder") == "Folder:1 Folder:2 Folder:3");
  const EntityName behind = folder(1), unknown{"Folder", "25"}, first{"E", ""};
  CHECK(all_of(store, "Folder", &behind) == "Folder:2 Folder:3");
  CHECK(all_of(store, "Folder", &unknown) == "Folder:3");
  CHECK(all_of(store, "", &first) == "Doc:z Fol:der9 Folder:1 Folder:2 Folder:3 Folder::X:1");
  CHECK(all_of(store, "Fold").empty());
  CHECK(all_of(store, std::string(kMaxEntityType + 1, 'x')).empty());
  CHECK(children_of(store, {"Drive", "d"}) == "Folder:3 Folder:1 Folder:2");
  const EntityName third = folder(3);
  CHECK(children_of(store, {"Drive", "d"}, &third) == "Folder:1 Folder:2");
  CHECK(children_of(store, {"Drive", "d"}, &unknown).empty());
  CHECK(children_of(store, folder(3)).empty());
  CHECK(above(store, {"Doc", "z"}) == "Folder:1 Drive:d");
}

TEST_CASE("entity: children are taken from their parent, a number at a time", "[domain]") {
  TestStore store;
  for (std::uint64_t n = 1; n <= 5; ++n) put(store, folder(n), {{"Drive", "d"}, {"Drive", "e"}});
  put(store, {"Drive", "d"});
  std::size_t detached = 0;
  const auto detach = [&](std::size_t most) {
    return store.change([&](auto& txn) -> base::Result<void> {
      const auto done = detach_children(txn, kTenant, {"Drive", "d"}, most);
      if (!done.ok()) return done.error();
      detached = *done;
      return {};
    });
  };
  const store::Revision revision = detach(2);
  CHECK(detached == 2);
  const StoredEntity one = found(get_entity(store.read(), kTenant, folder(1)));
  CHECK(one.parents == std::vector<EntityName>{{"Drive", "e"}});
  CHECK(one.revision == revision);
  CHECK(children_of(store, {"Drive", "d"}) == "Folder:3 Folder:4 Folder:5");
  detach(10);
  CHECK(detached == 3);
  detach(10);
  CHECK(detached == 0);
  CHECK(found(get_entity(store.read(), kTenant, {"Drive", "d"})).parents.empty());
}

TEST_CASE("entity: what an entity adds to a user goes with the user", "[domain]") {
  TestStore store;
  User user = make_user(kTenant, id(1), "ann@example.com");
  store.change([&](auto& txn) { return put_user(txn, user); });
  CHECK(user_of(user_entity(user.id)) == user.id);
  CHECK_FALSE(user_of({"user", "ann"}));
  CHECK_FALSE(user_of({"User", user.id.to_string()}));
  put(store, user_entity(user.id));
  put(store, user_entity(id(2)));
  store.change([&](auto& txn) { return delete_user(txn, user); });
  CHECK(absent(get_entity(store.read(), kTenant, user_entity(user.id))));
  CHECK(store.tables() == "entity_number:1 entity_name:1 entity:1");
}

TEST_CASE("entity: random changes give what follows from the parents, and a store that is right",
          "[domain]") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    constexpr std::uint64_t kFolders = 9;
    TestStore store;
    Tenant tenant = make_tenant(kTenant, "acme");
    store.change([&](auto& txn) { return put_tenant(txn, tenant); });
    Model model;
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t n = 1 + random() % kFolders;
      if (random() % 4 == 0) {
        model.parents.erase(n);
        store.change([&](auto& txn) { return delete_entity(txn, kTenant, folder(n)); });
        continue;
      }
      std::set<std::uint64_t> parents;
      for (std::uint64_t i = random() % 4; i > 0; --i) parents.insert(1 + random() % kFolders);
      const bool circle = std::any_of(parents.begin(), parents.end(), [&](std::uint64_t parent) {
        return parent == n || model.above(parent).contains(n);
      });
      CHECK(why_not(store, folder(n), names_of(parents)).empty() == !circle);
      if (circle) continue;
      model.parents[n] = parents;
      put(store, folder(n), names_of(parents));
    }
    const auto txn = store.read();
    for (std::uint64_t n = 1; n <= kFolders; ++n) {
      auto ancestors = ancestors_of(txn, kTenant, folder(n));
      REQUIRE(ancestors.ok());
      std::sort(ancestors->begin(), ancestors->end());
      CHECK(*ancestors == names_of(model.above(n)));
      for (std::uint64_t m = 1; m <= kFolders; ++m)
        CHECK(*are_in_line(txn, kTenant, {folder(n), folder(m)}) == model.above(n).contains(m));
      const auto stored = get_entity(txn, kTenant, folder(n));
      REQUIRE(stored.ok());
      REQUIRE(stored->has_value() == model.parents.contains(n));
      if (*stored) CHECK((*stored)->parents == names_of(model.parents.at(n)));
    }
    CHECK(first_fault(store) == "");
    store.change([&](auto& t) { return delete_tenant(t, kTenant); });
    for (int steps = 0; *has_deletions(store.read()); ++steps) {
      REQUIRE(steps < 1'000);
      store.change([&](auto& t) -> base::Result<void> {
        const auto left = continue_deletions(t, 3, kTellNobody);
        return left.ok() ? base::Result<void>() : left.error();
      });
      CHECK(first_fault(store) == "");
    }
    CHECK(store.tables().find("entity") == std::string::npos);
  }
}
