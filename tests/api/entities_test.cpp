#include "api/entities.h"

#include <functional>
#include <string>
#include <vector>

#include "api/audit.h"
#include "api/deletions.h"
#include "domain/check.h"
#include "domain/deletion.h"
#include "domain/mapping.h"
#include "tests/support/api_world.h"

using Catch::Matchers::StartsWith;

namespace {

using C = api::Change;
using R = api::Read;
using Names = std::vector<domain::EntityName>;

const std::string kGift = "not allowed | You can't give permissions that you don't hold yourself.";

base::Json json(const std::string& text) {
  auto parsed = base::parse_json(text);
  REQUIRE(parsed.ok());
  return std::move(parsed).value();
}

domain::EntityName folder(const std::string& id) {
  return {"Folder", id};
}
domain::EntityName doc(const std::string& id) {
  return {"Doc", id};
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller manager = world.caller(acme, {"organization:policymanage", "organization:get", "group:get"});

  api::Outcome<api::PutEntity> put(const api::Caller& caller, const domain::EntityName& name,
                                   const Names& parents = {}, const std::string& attrs = "{}",
                                   const api::IfMatch& match = {}) {
    const auto made = api::check_entity({name, json(attrs), json("{}"), parents}, {});
    if (!made.ok()) return made.error();
    return world.change(caller, [&](C& c) { return api::put_entity(c, acme, made.value(), {}, match); });
  }
  std::string tried(const api::Caller& caller, const domain::EntityName& name, const Names& parents = {},
                    const std::string& attrs = "{}") {
    return to_text(put(caller, name, parents, attrs));
  }
  std::string remove(const api::Caller& caller, const domain::EntityName& name, bool force = false) {
    return to_text(world.change(caller, [&](C& c) { return api::delete_entity(c, acme, name, force, {}); }));
  }
  api::Outcome<domain::StoredEntity> get(const domain::EntityName& name) {
    return world.read(manager, [&](const R& r) { return api::get_entity(r, acme, name); });
  }
  std::string list(const api::EntityFilter& filter, std::size_t limit = 50) {
    std::string all;
    api::PageRequest page{limit, ""};
    do {
      const auto part = ApiWorld::must(
          world.read(manager, [&](const R& r) { return api::list_entities(r, acme, filter, page); }));
      for (const auto& entity : part.data) all += (all.empty() ? "" : " ") + to_string(entity.name);
      if (!part.next.empty()) all += " |";
      page.after = part.next;
    } while (!page.after.empty());
    return all;
  }
  void map(const domain::Principal& who, const std::string& role, const domain::EntityName& on) {
    world.map_on(acme, who, role, to_string(on));
  }
};

}  // namespace

TEST_CASE("entities: put, read, replaced, removed", "[api]") {
  Scene s;
  const auto first = ApiWorld::must(s.put(s.manager, doc("1"), {folder("2"), folder("1"), folder("2")},
                                          R"({"b":1,"a":{"__entity":{"id":"x","type":"Owner"}}})"));
  CHECK(first.is_new);
  CHECK(first.entity.attrs == R"({"a":{"__entity":{"id":"x","type":"Owner"}},"b":1})");
  CHECK(first.entity.parents == Names{folder("1"), folder("2")});
  CHECK(ApiWorld::must(s.get(doc("1"))) == first.entity);
  const auto same = ApiWorld::must(s.put(s.manager, doc("1"), {folder("1"), folder("2")},
                                         R"({"a":{"__entity":{"id":"x","type":"Owner"}},"b":1})"));
  CHECK(same.entity.revision == first.entity.revision);
  s.world.clock().advance(1'000);
  const auto other = ApiWorld::must(s.put(s.manager, doc("1")));
  CHECK_FALSE(other.is_new);
  CHECK(other.entity.created_at == first.entity.created_at);
  CHECK(other.entity.updated_at.ms == first.entity.updated_at.ms + 1000);
  CHECK(other.entity.parents.empty());

  const api::IfMatch old{true, false, {first.entity.revision}}, any{true, true, {}};
  CHECK(to_text(s.put(s.manager, doc("1"), {}, R"({"c":1})", old))
            .starts_with("precondition_failed: If-Match: the object has changed since"));
  CHECK(to_text(s.put(s.manager, doc("2"), {}, "{}", any)) ==
        "precondition_failed: If-Match: there is no entity Doc:2");
  CHECK(s.remove(s.manager, doc("2")) == "not_found: entity Doc:2: not found");
  CHECK(s.remove(s.manager, doc("1")) == "ok");
  CHECK(to_text(s.get(doc("1"))) == "not_found: entity Doc:1: not found");
}

TEST_CASE("entities: what can't be stored is refused, with everything that is wrong", "[api]") {
  Scene s;
  const domain::UserId ann = s.world.add_user(s.acme, "ann");
  const domain::EntityName user{"user", ann.to_string()};
  const struct {
    domain::EntityName name;
    Names parents;
    std::string attrs, expected;
  } rows[] = {
      {{"", ""},
       {},
       "{}",
       "invalid_input: type: must not be empty (and 1 more) | type: must not be empty | id: "
       "must not be empty"},
      {{std::string(129, 't'), std::string(257, 'i')},
       {},
       "{}",
       "invalid_input: type: must be at most 128 bytes (and 1 more) | type: must be at most 128 bytes | id: must "
       "be at most 256 bytes"},
      {{"group", "x"},
       {},
       "{}",
       "invalid_input: type: must be another than `group`, which the directory keeps"},
      {{"tenant", "x"}, {}, "{}", "invalid_input: type: must be another than `tenant`, which the"},
      {{"role", "x"},
       {},
       "{}",
       "invalid_input: type: must be another than `role`, which the directory keeps"},
      {{"service_user", "x"},
       {},
       "{}",
       "invalid_input: type: must be another than `service_user`, which the"},
      {doc("1"), {{"user", "x"}}, "{}", "invalid_input: parents/0: must not be what the directory keeps"},
      {doc("1"), {{"x", ""}}, "{}", "invalid_input: parents/0/id: must not be empty"},
      {doc("1"),
       {},
       R"({"n":null,"f":1.5,"a/b":[null]})",
       "invalid_input: attrs/n: null is not a value (and 2 more) | /attrs/n: null is not a value | /attrs/f: "
       "numbers are integers from -2^63 to 2^63 - 1 | /attrs/a~1b: null is not a value"},
      {doc("1"), {}, R"({"x":{"__extn":{"fn":"decimal","arg":"x"}}})", "invalid_input: attrs/x: "},
      {doc("1"),
       {},
       R"({"x":")" + std::string(300'000, 'x') + "\"}",
       "invalid_input: attrs: must be at most 262144 bytes together with the tags"},
      {doc("1"),
       {doc("1")},
       "{}",
       "invalid_input: parents: the entities would be in a circle: Doc:1 -> Doc:1"},
      {user,
       {},
       R"({"email":"x","clearance":3})",
       "invalid_input: attrs/email: is what the directory says of a user"},
      {user,
       {folder("1")},
       "{}",
       "invalid_input: parents: must be empty: what a user is in, the directory says"},
      {{"user", "0197b2c4-9b20-7d13-9e52-3a7c8d9e0f12"}, {folder("1")}, R"({"email":"x"})", "ok"},
      {user, {}, R"({"clearance":3})", "ok"},
      {{"user", "ann"}, {}, R"({"email":"x"})", "ok"},
  };
  for (const auto& row : rows) {
    INFO(to_string(row.name) << " " << row.attrs.substr(0, 100));
    CHECK_THAT(s.tried(s.manager, row.name, row.parents, row.attrs), StartsWith(row.expected));
  }
  // A uuid in capitals is the same user.
  std::string upper = ann.to_string();
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  CHECK_THAT(s.tried(s.manager, {"user", upper}, {}, R"({"name":"x"})"),
             StartsWith("invalid_input: attrs/name: "));
  CHECK(s.tried(s.manager, {"user", upper}, {}, R"({"clearance":4})") == "ok");
  CHECK(ApiWorld::must(s.get(user)).attrs == R"({"clearance":4})");
  CHECK(s.tried(s.manager, folder("a"), {folder("b")}) == "ok");
  CHECK_THAT(s.tried(s.manager, folder("b"), {folder("a")}),
             StartsWith("invalid_input: parents: the entities would be in a circle: Folder:b -> Folder:a -> "
                        "Folder:b"));
}

TEST_CASE("entities: nobody puts anything where others hold what they don't hold themselves", "[api]") {
  Scene s;
  const domain::UserId ann = s.world.add_user(s.acme, "ann"), bob = s.world.add_user(s.acme, "bob");
  s.world.add_role(s.acme, "reader", {"group:get"});
  s.world.add_role(s.acme, "owner", {"organization:delete"});
  s.map(ann, "reader", folder("open"));
  s.map(bob, "owner", folder("vault"));
  CHECK(s.tried(s.manager, doc("1"), {folder("open")}) == "ok");
  CHECK(s.tried(s.manager, doc("1"), {folder("vault")}) == "forbidden: entity:put: " + kGift);
  // Nor below what is below it, in two steps or by moving what is above.
  const auto admin = s.world.admin(s.acme);
  CHECK(s.tried(admin, folder("inner"), {folder("vault")}) == "ok");
  CHECK(s.tried(s.manager, doc("1"), {folder("inner")}) == "forbidden: entity:put: " + kGift);
  CHECK(s.tried(s.manager, doc("2"), {folder("plain")}) == "ok");
  CHECK(s.tried(s.manager, folder("plain"), {folder("inner")}) == "forbidden: entity:put: " + kGift);
  // What is there already may be changed, and taken out; what comes later counts too.
  CHECK(s.tried(admin, doc("3"), {folder("inner")}) == "ok");
  CHECK(s.tried(s.manager, doc("3"), {folder("inner")}, R"({"a":1})") == "ok");
  CHECK(s.tried(s.manager, doc("3"), {}) == "ok");
  CHECK(s.tried(s.manager, doc("3"), {folder("inner")}) == "forbidden: entity:put: " + kGift);
  CHECK(s.tried(s.world.caller(s.acme, {"organization:get"}), doc("4")).starts_with("forbidden: entity:put"));
  CHECK(to_text(s.world.read(s.world.caller(s.acme, {}), [&](const R& r) {
          return api::get_entity(r, s.acme, doc("1"));
        })).starts_with("forbidden: entity:get"));
}

TEST_CASE("entities: one that is in use is removed only by force, and takes along what is on it and in it",
          "[api]") {
  Scene s;
  const domain::UserId ann = s.world.add_user(s.acme, "ann");
  s.world.add_role(s.acme, "reader", {"group:get"});
  CHECK(s.tried(s.manager, folder("1")) == "ok");
  CHECK(s.tried(s.manager, doc("1"), {folder("1"), folder("2")}) == "ok");
  s.map(ann, "reader", folder("1"));
  CHECK(s.remove(s.manager, folder("1")) ==
        "in_use: entity Folder:1: in use by 1 mappings, 0 grants and 1 children");
  CHECK(s.remove(s.manager, folder("2")) == "not_found: entity Folder:2: not found");
  CHECK(s.remove(s.manager, folder("1"), true) == "ok");
  CHECK(ApiWorld::must(s.get(doc("1"))).parents == Names{folder("2")});
  const auto entries = ApiWorld::must(s.world.read(s.world.platform(), [&](const R& r) {
    return api::list_audit(r, s.acme, {}, {2, ""});
  }));
  CHECK(entries.data[0].action == "entity:delete");
  CHECK(entries.data[1].action == "mapping:delete");
  CHECK(entries.data[1].actor == s.manager.principal);
}

TEST_CASE("entities: with much on it and in it, it goes in steps, and gives nothing meanwhile", "[api]") {
  Scene s;
  s.world.add_role(s.acme, "owner", {"organization:delete"});
  const auto admin = s.world.admin(s.acme);
  CHECK(s.tried(admin, folder("1"), {folder("top")}) == "ok");
  for (int i = 0; i < 150; ++i) {
    s.map(s.world.add_user(s.acme, "u" + std::to_string(i)), "owner", folder("1"));
    CHECK(s.tried(admin, doc(std::to_string(i)), {folder("1")}) == "ok");
  }
  CHECK(s.remove(s.manager, folder("1")) ==
        "in_use: entity Folder:1: in use by 150 mappings, 0 grants and 150 children");
  CHECK(s.remove(s.manager, folder("1"), true) == "ok");
  const auto left = [&] {
    const auto txn = s.world.service().store().read();
    std::uint64_t holders = 0;
    REQUIRE(
        domain::each_holder_on(*txn, s.acme, "Folder:1", [&](const auto&) { return ++holders > 0; }).ok());
    CHECK(holders == 0);
    std::vector<std::string> faults;
    REQUIRE(domain::check_store(*txn, [&](const auto& f) { return faults.push_back(f.what), true; }).ok());
    CHECK(faults == std::vector<std::string>{});
    return *domain::has_deletions(*txn);
  };
  CHECK(left());
  CHECK(ApiWorld::must(s.get(doc("7"))).parents.empty());
  CHECK(s.list({"", folder("1")}).empty());
  CHECK(to_text(s.get(folder("1"))) == "not_found: entity Folder:1: not found");
  const std::string wait = "in_use: entity Folder:1: is still being deleted; try again shortly";
  CHECK(s.tried(s.manager, folder("1")) == wait);
  CHECK(s.tried(s.manager, doc("x"), {folder("1")}) == wait);
  for (int steps = 0; left(); ++steps) {
    REQUIRE(steps < 100);
    SeededRandom random(1);
    REQUIRE(s.world.service()
                .store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  const auto more = domain::continue_deletions(txn, 500, domain::kTellNobody);
                  return more.ok() ? base::Result<void>() : more.error();
                })
                .ok());
  }
  CHECK(s.tried(s.manager, doc("x"), {folder("1")}) == "ok");
  CHECK(ApiWorld::must(s.get(doc("7"))).parents.empty());
}

TEST_CASE("entities: lists by type and by parent, in pages", "[api]") {
  Scene s;
  for (const char* id : {"3", "1", "2"}) CHECK(s.tried(s.manager, doc(id), {folder("1")}) == "ok");
  CHECK(s.tried(s.manager, folder("9"), {folder("1")}) == "ok");
  CHECK(s.list({}) == "Doc:1 Doc:2 Doc:3 Folder:9");
  CHECK(s.list({}, 2) == "Doc:1 Doc:2 | Doc:3 Folder:9");
  CHECK(s.list({"Folder", {}}) == "Folder:9");
  CHECK(s.list({"", folder("1")}, 3) == "Doc:3 Doc:1 Doc:2 | Folder:9");
  CHECK(s.list({"Folder", folder("1")}) == "Folder:9");
  CHECK(s.list({"", folder("2")}).empty());
  for (const api::EntityFilter& filter : {api::EntityFilter{}, api::EntityFilter{"", folder("1")}})
    CHECK(to_text(s.world.read(s.manager, [&](const R& r) {
            return api::list_entities(r, s.acme, filter, {1, "x"});
          })).starts_with("invalid_input: cursor: "));
}

TEST_CASE("entities: many at once are all put, or none, with one entry in the audit log", "[api]") {
  Scene s;
  const auto import = [&](const api::Caller& caller, const std::vector<api::GivenEntity>& given) {
    api::ImportedEntities all;
    for (const auto& one : given) {
      all.places.push_back({"/" + std::to_string(all.places.size()) + "/", ""});
      all.entities.push_back(ApiWorld::must(api::check_entity(one, all.places.back())));
    }
    all.sha256 = "abc";
    return to_text(s.world.change(caller, [&](C& c) { return api::import_entities(c, s.acme, all); }));
  };
  const base::Json none{base::Json::Object{}};
  CHECK(import(s.manager,
               {{doc("1"), none, none, {folder("1")}}, {folder("1"), none, none, {folder("2")}}}) == "ok");
  CHECK(s.list({}) == "Doc:1 Folder:1");
  const auto entry = ApiWorld::must(s.world.read(s.world.platform(), [&](const R& r) {
                       return api::list_audit(r, s.acme, {}, {1, ""});
                     })).data[0];
  CHECK(entry.action == "entity:import");
  CHECK(entry.after == R"({"count":2,"first":"Doc:1","last":"Folder:1","sha256":"abc"})");
  // The second makes a circle of the first, which isn't there in a rehearsal.
  CHECK(import(s.manager,
               {{folder("3"), none, none, {folder("4")}}, {folder("4"), none, none, {folder("3")}}}) ==
        "invalid_input: 1/parents: the entities would be in a circle: Folder:4 -> Folder:3 -> Folder:4 | "
        "/1/parents: the entities would be in a circle: Folder:4 -> Folder:3 -> Folder:4");
  CHECK(s.list({}) == "Doc:1 Folder:1");
  // Nor does anybody come by detours to what they may not give: through what they put just before.
  const domain::UserId bob = s.world.add_user(s.acme, "bob");
  s.world.add_role(s.acme, "owner", {"organization:delete"});
  s.map(bob, "owner", folder("vault"));
  CHECK(s.tried(s.world.admin(s.acme), folder("inner"), {folder("vault")}) == "ok");
  CHECK(import(s.manager, {{folder("mine"), none, none, {}}, {doc("9"), none, none, {folder("inner")}}}) ==
        "forbidden: entity:put: " + kGift);
  CHECK(import(s.world.caller(s.acme, {"organization:get"}), {{doc("9"), none, none, {}}})
            .starts_with("forbidden: entity:import: "));
  CHECK(to_text(s.get(folder("mine"))) == "not_found: entity Folder:mine: not found");
}
