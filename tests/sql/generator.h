#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "cedar/cedar.h"

// Random policies about the rows of a table, and the rows.
namespace judged {

inline constexpr const char* kSchema = R"(
  entity Group in [Group];
  entity User in [Group] { level: Long };
  entity Folder in [Folder];
  entity Doc in [Folder] {
    flag: Bool, open?: Bool, n: Long, m?: Long, s: String, t?: String,
    owner: User, editor?: User, folder?: Folder, team?: Group, tags?: Set<String>
  };
  action view appliesTo { principal: User, resource: Doc, context: { flag: Bool, big: Long, text: String, by?: User } };
)";

inline constexpr const char* kEntities = R"([
  {"uid": {"type": "Group", "id": "all"}, "attrs": {}, "parents": []},
  {"uid": {"type": "Group", "id": "red"}, "attrs": {}, "parents": [{"type": "Group", "id": "all"}]},
  {"uid": {"type": "User", "id": "ann"}, "attrs": {"level": 2}, "parents": [{"type": "Group", "id": "red"}]},
  {"uid": {"type": "User", "id": "Ann"}, "attrs": {"level": 1}, "parents": []},
  {"uid": {"type": "Folder", "id": "top"}, "attrs": {}, "parents": []},
  {"uid": {"type": "Folder", "id": "mid"}, "attrs": {}, "parents": [{"type": "Folder", "id": "top"}]},
  {"uid": {"type": "Folder", "id": "low"}, "attrs": {}, "parents": [{"type": "Folder", "id": "mid"}]},
  {"uid": {"type": "Folder", "id": "Top"}, "attrs": {}, "parents": []}
])";

// Policies name rows by the numbers up to this.
inline constexpr std::size_t kNamedRows = 120;

// Typed expressions about the resource, now and then with something that isn't known to be right.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return pick(count) == 0; }

  std::string policy();
  cedar::Record context();
  cedar::EntityUid principal();

  // A row as the entity that it is: NULLs are attributes that aren't there. `nuls`: some texts have a NUL.
  cedar::Entity row(std::size_t number, bool nuls);

 private:
  template <typename T, std::size_t N>
  const T& choose(const T (&of)[N]) {
    return of[pick(N)];
  }
  std::string truth(int depth);
  std::string leaf();
  std::string folder();
  std::string group();
  std::string text_constant();
  std::string number();
  std::string text();
  std::string user();

  std::mt19937_64 random_;
};

}  // namespace judged
