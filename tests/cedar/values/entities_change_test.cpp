// Entities that are changed answer as those made anew of what is left, and as walking up parent by parent
// does.
#include <algorithm>
#include <random>

#include "cedar/entities.h"
#include "tests/cedar/support.h"

namespace {

using cedar::Entities;
using cedar::Entity;
using cedar::EntityUid;
using cedar_test::message;
using cedar_test::uid;

EntityUid group(std::size_t i) {
  return {cedar::Name::unchecked("G"), std::to_string(i)};
}

Entity entity(std::string_view of, std::vector<EntityUid> parents, std::int64_t x = 0) {
  return {uid(of), cedar::Record({{"x", cedar::Value(x)}}), {}, std::move(parents)};
}

// `G::"a" in G::"b"` for every pair, by the lists and by walking; both must say the same.
std::string memberships(const Entities& entities, const std::vector<EntityUid>& uids) {
  std::string all;
  bool is_one_answer = true;
  for (const EntityUid& below : uids) {
    std::vector<const EntityUid*> listed;
    REQUIRE(entities.list_ancestors(below, listed));
    std::size_t count = 0;
    for (const EntityUid& above : uids) {
      const bool is_in = entities.has_ancestor(below, above);
      const bool is_listed =
          std::any_of(listed.begin(), listed.end(), [&](const EntityUid* u) { return *u == above; });
      is_one_answer =
          is_one_answer && is_in == is_listed && is_in == entities.EntitySource::has_ancestor(below, above);
      if (is_in) ++count, all += (all.empty() ? "" : ", ") + below.id() + " in " + above.id();
    }
    is_one_answer = is_one_answer && count == listed.size();
  }
  CHECK(is_one_answer);
  return all;
}

// What is left, in words.
std::string content(const Entities& entities) {
  std::vector<std::string> all;
  for (const Entity& e : entities.all()) {
    CHECK(entities.find(e.uid) == &e);
    auto parents = e.parents;
    std::sort(parents.begin(), parents.end());
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    std::string text = to_text(e.uid) + to_text(cedar::Value(e.attrs)) + to_text(cedar::Value(e.tags));
    for (const EntityUid& parent : parents) text += " " + to_text(parent);
    all.push_back(text);
  }
  std::sort(all.begin(), all.end());
  std::string text;
  for (const std::string& line : all) text += line + "\n";
  return text;
}

// The same changes, done to a plain list.
class Model {
 public:
  void put(const Entity& e) {
    const auto found = find(e.uid);
    if (found == entities.end())
      entities.push_back(e);
    else
      *found = e;
  }
  void remove(const EntityUid& u) {
    const auto found = find(u);
    if (found == entities.end()) return;
    entities.erase(found);
    for (Entity& e : entities) std::erase(e.parents, u);
  }
  std::vector<Entity>::iterator find(const EntityUid& u) {
    return std::find_if(entities.begin(), entities.end(), [&](const Entity& e) { return e.uid == u; });
  }

  std::vector<Entity> entities;
};

}  // namespace

TEST_CASE("entities: adding, replacing and removing follow the official library", "[cedar]") {
  const std::vector<EntityUid> uids = {uid("G::\"a\""), uid("G::\"b\""), uid("G::\"c\""), uid("G::\"d\""),
                                       uid("G::\"e\"")};
  const auto made = Entities::make(
      {entity("G::\"a\"", {uids[1]}), entity("G::\"b\"", {uids[2]}), entity("G::\"c\"", {uids[3]})});
  REQUIRE(message(made).empty());
  const Entities& before = made.value();
  const std::string all = "a in b, a in c, a in d, b in c, b in d, c in d";
  CHECK(memberships(before, uids) == all);

  SECTION("adding what is a parent already brings its own parents") {
    Entities entities = before;
    CHECK(message(entities.add({entity("G::\"d\"", {uids[4]})})).empty());
    CHECK(memberships(entities, uids) ==
          "a in b, a in c, a in d, a in e, b in c, b in d, b in e, c in d, c in e, d in e");
  }
  SECTION("adding what is there already is no change, or is refused") {
    Entities entities = before;
    CHECK(message(entities.add({entity("G::\"a\"", {uids[1], uids[1]})})).empty());
    CHECK(message(entities.add({entity("G::\"e\"", {}), entity("G::\"a\"", {})})) ==
          "G::\"a\": is there already, with different content");
    CHECK(message(entities.add({entity("G::\"e\"", {}), entity("G::\"e\"", {}, 1)})) ==
          "G::\"e\": is given twice, with different content");
    CHECK(content(entities) == content(before));
    CHECK(memberships(entities, uids) == all);
  }
  SECTION("a cycle is refused with its path, and so is an action with another parent") {
    Entities entities = before;
    CHECK(message(entities.add({entity("G::\"e\"", {}), entity("G::\"d\"", {uids[1], uids[4]})})) ==
          "G::\"d\": is its own ancestor; parents make no cycles: G::\"d\" in G::\"b\" in G::\"c\" in "
          "G::\"d\"");
    CHECK(message(entities.upsert({entity("G::\"c\"", {}), entity("G::\"b\"", {uids[0]})})) ==
          "G::\"b\": is its own ancestor; parents make no cycles: G::\"b\" in G::\"a\" in G::\"b\"");
    CHECK(message(entities.upsert({entity("G::\"a\"", {}), entity("Action::\"x\"", {uids[0]})})) ==
          "Action::\"x\": an action has only actions as parents, not G::\"a\"");
    CHECK(content(entities) == content(before));
    CHECK(memberships(entities, uids) == all);
  }
  SECTION("what is replaced stays a parent; of one given twice the last stands") {
    Entities entities = before;
    CHECK(message(entities.upsert({entity("G::\"b\"", {})})).empty());
    CHECK(memberships(entities, uids) == "a in b, c in d");
    CHECK(
        message(entities.upsert({entity("G::\"b\"", {uids[3]}), entity("G::\"b\"", {uids[4]}, 2)})).empty());
    CHECK(memberships(entities, uids) == "a in b, a in e, b in e, c in d");
    CHECK(*entities.find(uids[1])->attrs.find("x") == cedar::Value(std::int64_t{2}));
    CHECK(entities.all().size() == 3);
  }
  SECTION("what is removed is nobody's parent any more, also when it comes back") {
    Entities entities = before;
    const std::vector<EntityUid> removed = {uids[1], uids[1], uid("G::\"none\""), uids[3]};
    CHECK(entities.remove(removed) == 1);  // d is no entity, and stays a parent
    CHECK(memberships(entities, uids) == "c in d");
    CHECK(entities.find(uids[0])->parents.empty());
    CHECK(entities.find(uids[1]) == nullptr);
    CHECK(message(entities.add({entity("G::\"b\"", {uids[2]})})).empty());
    CHECK(memberships(entities, uids) == "b in c, b in d, c in d");
  }
}

TEST_CASE("entities: any changes leave what would be made of the same list", "[cedar]") {
  for (const std::size_t count : {5, 24}) {
    std::vector<EntityUid> uids;
    for (std::size_t i = 0; i < count; ++i) uids.push_back(group(i));
    std::mt19937 random(static_cast<unsigned>(count));
    const auto pick = [&](std::size_t below) { return random() % below; };
    const auto some_entity = [&] {
      Entity e{group(pick(count)),
               cedar::Record({{"x", cedar::Value(static_cast<std::int64_t>(pick(2)))}}),
               {},
               {}};
      // Mostly upwards, so that cycles are rare enough to have something to change.
      for (std::size_t parents = pick(4); parents > 0; --parents)
        e.parents.push_back(group(
            pick(8) == 0 ? pick(count) : std::min(count - 1, pick(count) + std::stoul(e.uid.id()) / 2 + 1)));
      return e;
    };
    Entities entities;
    Model model;
    int refused = 0;
    for (int step = 0; step < 3000; ++step) {
      INFO(count << " uids, step " << step);
      Model next = model;
      const std::size_t kind = pick(3);
      base::Result<void> result;
      if (kind == 2) {
        std::vector<EntityUid> removed;
        for (std::size_t i = pick(3) + 1; i > 0; --i) removed.push_back(group(pick(count)));
        for (const EntityUid& u : removed) next.remove(u);
        CHECK(entities.remove(removed) == model.entities.size() - next.entities.size());
      } else {
        std::vector<Entity> put;
        for (std::size_t i = pick(3) + 1; i > 0; --i) put.push_back(some_entity());
        bool is_double = false;
        for (const Entity& e : put) {
          const auto there = next.find(e.uid);
          const auto same = [&] {
            const auto one = Entities::make({*there}), other = Entities::make({e});
            return one.ok() && other.ok() && content(*one) == content(*other);
          };
          is_double = is_double || (kind == 0 && there != next.entities.end() && !same());
          next.put(e);
        }
        result = kind == 0 ? entities.add(put) : entities.upsert(put);
        CHECK(result.ok() == (!is_double && Entities::make(next.entities).ok()));
      }
      if (result.ok())
        model = std::move(next);
      else
        ++refused;
      const auto anew = Entities::make(model.entities);
      REQUIRE(message(anew).empty());
      REQUIRE(content(entities) == content(*anew));
      REQUIRE(memberships(entities, uids) == memberships(*anew, uids));
    }
    CHECK(refused > 300);
    CHECK(refused < 2500);
  }
}
