#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/value.h"

namespace cedar {

class Schema;

struct Entity {
  EntityUid uid;
  Record attrs;
  Record tags;
  std::vector<EntityUid> parents;  // direct ones; they need not exist
};

// Where evaluation gets entities from, one by one as policies touch them. An implementation may make them
// on demand (and then keeps them until it is destroyed); used by one thread at a time unless it says more.
class EntitySource {
 public:
  virtual ~EntitySource() = default;

  // Null where there is no such entity. The entity lives, unchanged, as long as the source; the same uid
  // gives the same entity.
  virtual const Entity* find(const EntityUid&) const = 0;

  // Whether `ancestor` is reached from `descendant` by one or more steps to a parent. The default walks the
  // parents breadth first, each entity once, so cycles end. Override it where the answer can be had faster.
  virtual bool has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const;

  // Appends every uid that has_ancestor() says yes to, once, and gives true; or gives false where they can be
  // asked for but not listed, as here. The uids live as long as the source.
  virtual bool list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const;
};

// Entities held in memory, the ancestors of each listed, at four bytes for one and at most kMaxAncestorSteps
// in all; beyond that they are walked when they are asked for. Shared freely by threads as long as nobody
// changes them; a change ends the life of what find(), list_ancestors() and all() gave. A change that is
// refused changes nothing. Those that schemas should judge are to be checked before; see schema.h.
class Entities final : public EntitySource {
 public:
  Entities();
  Entities(const Entities&);
  Entities(Entities&&) noexcept;
  Entities& operator=(Entities) noexcept;
  ~Entities() override;

  // A new set of these entities; fails as add() does.
  static base::Result<Entities> make(std::vector<Entity> entities);

  // Refuses: a uid twice, or one that is there, with other content (the same content is no change); a cycle,
  // with its path; an action (type `…::Action`) with a parent that is no action. Takes the time of the
  // entities, and of listing anew the ancestors of what is below them.
  base::Result<void> add(std::vector<Entity> entities);

  // The same, but an entity replaces the one with its uid, also one that was given in the same call. It stays
  // the parent of its children.
  base::Result<void> upsert(std::vector<Entity> entities);

  // Removes entities, and removes their uids from the parents of all others, which are then no longer in
  // them, nor through them in anything above. Returns how many there were. Takes the time of their children,
  // and of listing anew the ancestors of what is below.
  std::size_t remove(std::span<const EntityUid> uids);

  // Reads the entities JSON format: an array of {"uid", "attrs", "parents", "tags"?}, with `__entity` and
  // `__extn` escapes, without a schema. The message says which entity it is about.
  static base::Result<Entities> from_json(std::string_view text);

  // Reads the same under a schema: where an entity is wanted {"type", "id"} is one, and where a value of an
  // extension type is wanted its text is enough. Refuses what the schema does not declare; the schema's
  // actions are added.
  static base::Result<Entities> from_json(std::string_view text, const Schema& schema);

  const Entity* find(const EntityUid&) const override;
  bool has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const override;
  bool list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const override;

  std::span<const Entity> all() const { return entities_; }  // in order of adding, until some are removed

 private:
  struct Index;
  class Change;

  base::Result<void> put(std::vector<Entity> entities, bool may_replace);
  void take_out(std::uint32_t node);

  std::vector<Entity> entities_;
  std::unique_ptr<Index> index_;  // null while nothing was added
};

// Reads a request's context: a JSON object whose values may have the same escapes.
base::Result<Record> context_from_json(std::string_view text);

// Reads it under a schema, as the context of an action: by the types declared for it, and nothing else.
base::Result<Record> context_from_json(std::string_view text, const Schema& schema, const EntityUid& action);

}  // namespace cedar
