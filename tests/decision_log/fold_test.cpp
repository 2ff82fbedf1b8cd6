#include "decision_log/fold.h"

#include <random>
#include <utility>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/seeded_random.h"

using decision_log::Folded;
using decision_log::Folding;

namespace {

using Entries = std::vector<std::pair<base::Uuid, std::string>>;

Entries unfolded(const Folded& folded) {
  Entries entries;
  const auto read = decision_log::unfold(
      folded.bytes, folded.count,
      [&](const base::Uuid& id, std::string&& json) { entries.emplace_back(id, std::move(json)); });
  CHECK(read.ok());
  return entries;
}

}  // namespace

TEST_CASE("fold: what is unfolded is what was folded", "[decision_log]") {
  std::mt19937 random(1);
  SeededRandom ids(2);
  for (int round = 0; round < 300; ++round) {
    Folding folding;
    Entries entries;
    std::size_t bytes = 0;
    std::string text;
    for (std::size_t left = random() % 20; left > 0; --left) {
      const base::Uuid id = ids.uuid(base::Timestamp{1});
      for (std::size_t i = random() % 3; i > 0; --i)
        text.replace(random() % (text.size() + 1), random() % 70,
                     std::string(random() % 70, "ab"[random() % 2]));
      const bool is_behind_id = random() % 2 == 0;
      if (is_behind_id)
        folding.add_behind_id(id, text);
      else
        folding.add(id, text);
      entries.emplace_back(id, is_behind_id ? decision_log::beginning_of(id) + text : text);
      bytes += entries.back().second.size();
    }
    const Folded folded = folding.take();
    CHECK(unfolded(folded) == entries);
    CHECK(folded.unfolded == bytes);
    CHECK(folding.empty());
    if (entries.empty()) continue;
    CHECK(folded.least == entries.front().first);
    CHECK(folded.greatest == entries.back().first);
  }
}

TEST_CASE("fold: a text that is told by edits is the one before with these made", "[decision_log]") {
  std::mt19937 random(3);
  SeededRandom ids(4);
  for (int round = 0; round < 300; ++round) {
    Folding folding;
    Entries entries;
    std::string text(random() % 90, 'x');
    std::size_t bytes = 0;
    for (std::size_t left = 1 + random() % 20; left > 0; --left) {
      const base::Uuid id = ids.uuid(base::Timestamp{1});
      if (folding.empty() || random() % 4 == 0) {
        text.insert(random() % (text.size() + 1), std::string(random() % 5, 'y'));
        folding.add_behind_id(id, text);
      } else {
        std::vector<decision_log::Edit> edits;
        std::string edited;
        std::size_t at = 0;
        for (std::size_t n = random() % 4; n > 0; --n) {
          const std::size_t from = at + random() % (text.size() - at + 1),
                            gone = random() % (text.size() - from + 1);
          edits.push_back({from, gone, std::string_view("0123456789").substr(0, random() % 11)});
          edited.append(text, at, from - at).append(edits.back().by);
          at = from + gone;
        }
        text = edited.append(text, at);
        folding.add_edited(id, edits);
      }
      entries.emplace_back(id, decision_log::beginning_of(id) + text);
      bytes += entries.back().second.size();
    }
    const Folded folded = folding.take();
    CHECK(unfolded(folded) == entries);
    CHECK(folded.unfolded == bytes);
    CHECK(folded.count == entries.size());
  }
}

TEST_CASE("fold: bytes that aren't whole are no entries", "[decision_log]") {
  SeededRandom ids(2);
  Folding folding;
  for (const char* const text : {"{\"a\":1}", "{\"a\":2}", "{\"b\":2}"})
    folding.add(ids.uuid(base::Timestamp{1}), text);
  folding.add_behind_id(ids.uuid(base::Timestamp{1}), "abcdef");
  const decision_log::Edit edits[] = {{1, 2, "xyz"}, {4, 1, ""}};
  folding.add_edited(ids.uuid(base::Timestamp{1}), edits);
  const Folded folded = folding.take();
  const auto ignore = [](const base::Uuid&, std::string&&) {};
  for (std::size_t size = 0; size < folded.bytes.size(); ++size)
    CHECK_FALSE(
        decision_log::unfold(std::string_view(folded.bytes).substr(0, size), folded.count, ignore).ok());
  CHECK_FALSE(decision_log::unfold(folded.bytes, folded.count - 1, ignore).ok());
}
