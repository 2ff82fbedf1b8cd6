#pragma once
#include <cstddef>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>

namespace base {

// The values that were asked for last, as many as weigh `most` together. View is what a key is looked up by:
// the key itself, or a view into it that hashes and compares as it does. Not safe for use by several threads.
template <typename Key, typename Value, typename Hash = std::hash<Key>, typename View = Key>
class LruCache {
 public:
  struct Entry {
    Key key;
    Value value;
    std::size_t weight;
  };

  explicit LruCache(std::size_t most) : most_(most) {}
  LruCache(const LruCache&) = delete;
  LruCache& operator=(const LruCache&) = delete;

  // Null where there is none. It counts as being asked for. Valid until the next put().
  Value* find(const View& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.end(), entries_, found->second);
    return &found->second->value;
  }

  // Adds or replaces, and answers what is forgotten for it, so that it can end after a lock does. What weighs
  // more than everything may is forgotten at once.
  [[nodiscard]] std::list<Entry> put(Key key, Value value, std::size_t weight) {
    std::list<Entry> added, forgotten;
    added.push_back({std::move(key), std::move(value), weight});
    if (const auto found = by_key_.find(View(added.front().key)); found != by_key_.end())
      forget(found->second, forgotten);
    entries_.splice(entries_.end(), added);
    by_key_.emplace(View(entries_.back().key), std::prev(entries_.end()));
    weight_ += weight;
    while (weight_ > most_) forget(entries_.begin(), forgotten);
    return forgotten;
  }

  std::size_t weight() const { return weight_; }

 private:
  using Place = typename std::list<Entry>::iterator;

  void forget(Place place, std::list<Entry>& forgotten) {
    by_key_.erase(View(place->key));
    weight_ -= place->weight;
    forgotten.splice(forgotten.end(), entries_, place);
  }

  const std::size_t most_;
  std::size_t weight_ = 0;
  std::list<Entry> entries_;  // by when they were asked for, longest ago first
  std::unordered_map<View, Place, Hash> by_key_;
};

}  // namespace base
