#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

#include "base/assert.hpp"

namespace sotto::signaling {

/// A map of bounded size: when it is full, what was not touched for the longest makes room. One thread.
template <typename Key, typename Value>
class LruMap {
 public:
  explicit LruMap(size_t capacity) : capacity_(capacity) { SOTTO_ASSERT(capacity > 0); }

  /// The value of `key`, a new one if there was none. The reference holds until the next touch().
  Value& touch(const Key& key) {
    if (const auto found = places_.find(key); found != places_.end()) {
      entries_.splice(entries_.end(), entries_, found->second);
      return found->second->second;
    }
    if (entries_.size() == capacity_) {
      places_.erase(entries_.front().first);
      entries_.pop_front();
    }
    const auto place = entries_.emplace(entries_.end(), key, Value{});
    places_.emplace(key, place);
    return place->second;
  }
  bool contains(const Key& key) const { return places_.contains(key); }
  size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;

  const size_t capacity_;
  Entries entries_;  // the one to go first in front
  std::map<Key, typename Entries::iterator> places_;
};

}  // namespace sotto::signaling
