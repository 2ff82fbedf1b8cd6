#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace base {

// A bounded queue in which nobody is kept waiting by what another put there. Each key has a line of its own,
// first in, first out, and the lines are served in turns:
//
//   pushed a1 a2 a3 a4 b1 c1 b2      taken a1 b1 c1 a2 b2 a3 a4
//
// One key holds at most half of the places, and one at least. Every function costs the same for any number of
// items and of keys. Not for several threads at once.
template <typename Key, typename Item>
class TurnQueue {
 public:
  explicit TurnQueue(std::size_t places) : places_(places) {}
  TurnQueue(const TurnQueue&) = delete;  // its index refers to its lines
  TurnQueue& operator=(const TurnQueue&) = delete;

  enum class Pushed {
    kYes,
    kFull,       // all places are taken
    kOverShare,  // the key has its share of the places
  };
  // Takes the item only if kYes.
  Pushed push(const Key& key, Item&& item) {
    if (size_ >= places_) return Pushed::kFull;
    if (const auto found = index_.find(key); found != index_.end()) {
      Line& line = *found->second;
      if (line.items.size() >= share()) return Pushed::kOverShare;
      line.items.push_back(std::move(item));
    } else {  // whole before it is there for others, also where memory ends
      Lines line;
      line.push_back(Line{key});
      line.front().items.push_back(std::move(item));
      index_.emplace(key, line.begin());
      in_turn_.splice(in_turn_.end(), line);
    }
    ++size_;
    return Pushed::kYes;
  }

  // The first item of the key whose turn it is. Nothing where nothing waits, or only what is held back.
  struct Taken {
    Key key;
    Item item;
  };
  std::optional<Taken> take() {
    if (in_turn_.empty()) return std::nullopt;
    Line& line = in_turn_.front();
    Taken taken{line.key, std::move(line.items.front())};
    line.items.pop_front();
    --size_;
    if (line.items.empty()) {
      index_.erase(line.key);
      in_turn_.pop_front();
    } else {
      in_turn_.splice(in_turn_.end(), in_turn_, in_turn_.begin());
    }
    return taken;
  }

  // At most `most` items, in turns; and of one key no more than `most_of_one`, if others wait, too. So what
  // is done together with them is done soon.
  std::vector<Item> take_together(std::size_t most, std::size_t most_of_one) {
    std::vector<Item> taken;
    taken.reserve(std::min(most, size_));
    for (std::size_t rounds = in_turn_.size() > 1 ? most_of_one : most; rounds > 0; --rounds)
      for (std::size_t keys = in_turn_.size(); keys > 0; --keys) {
        if (taken.size() == most) return taken;
        taken.push_back(std::move(take()->item));
      }
    return taken;
  }

  // Until release(), what waits and comes of this key is not taken. It keeps its places. REQUIRES: the key is
  // not held
  void hold(const Key& key) {
    if (const auto found = index_.find(key); found != index_.end()) {
      held_.splice(held_.end(), in_turn_, found->second);
    } else {
      Lines line;
      line.push_back(Line{key});
      index_.emplace(key, line.begin());
      held_.splice(held_.end(), line);
    }
  }
  // REQUIRES: the key is held
  void release(const Key& key) {
    const auto found = index_.find(key);
    if (found->second->items.empty()) {
      held_.erase(found->second);
      index_.erase(found);
    } else {
      in_turn_.splice(in_turn_.end(), held_, found->second);
    }
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool has_turn() const { return !in_turn_.empty(); }                          // whether take() has something
  std::size_t share() const { return std::max<std::size_t>(places_ / 2, 1); }  // of one key, in places

 private:
  struct Line {
    Key key;
    std::deque<Item> items{};
  };
  using Lines = std::list<Line>;

  const std::size_t places_;
  std::size_t size_ = 0;
  Lines in_turn_;  // none is empty; the first is the next
  Lines held_;
  std::unordered_map<Key, typename Lines::iterator> index_;
};

}  // namespace base
