// Entities as dense numbers. A number is a place in a vector of World; the names that people and
// logs use (pod names, task numbers, pool ids) lie beside it. A place is used again once nothing
// refers to the entity that had it.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace holdfast {

using PoolIndex = std::uint16_t;
using WorkspaceIndex = std::uint16_t;
using TaskIndex = std::uint16_t;
using PodIndex = std::uint16_t;       // also the agent process in that pod: there is one at most
using ReplicaIndex = std::uint16_t;
using MemoryIndex = std::uint16_t;    // a replica's memory has the replica's number
using ProcedureIndex = std::uint16_t;
using SlotIndex = std::uint8_t;

// "No such entity", for every index type but SlotIndex.
inline constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();
inline constexpr SlotIndex no_slot = std::numeric_limits<SlotIndex>::max();

inline constexpr int slots_per_pod = 4;  // slot 3 exists under `slots: four` only

// A set of dense numbers, walked in ascending order. Small sets (numbers below 64) allocate
// nothing.
//
// Invariant: `rest_` does not end in a zero word, so equal sets compare equal.
class IndexSet {
 public:
  void insert(std::uint16_t i) {
    if (i < 64) {
      first_ |= bit(i);
      return;
    }
    const std::size_t word = i / 64u - 1u;
    if (rest_.size() <= word) rest_.resize(word + 1);
    rest_[word] |= bit(i);
  }
  void erase(std::uint16_t i) {
    if (i < 64) {
      first_ &= ~bit(i);
      return;
    }
    const std::size_t word = i / 64u - 1u;
    if (word >= rest_.size()) return;
    rest_[word] &= ~bit(i);
    while (!rest_.empty() && rest_.back() == 0) rest_.pop_back();
  }
  bool contains(std::uint16_t i) const {
    if (i < 64) return (first_ & bit(i)) != 0;
    const std::size_t word = i / 64u - 1u;
    return word < rest_.size() && (rest_[word] & bit(i)) != 0;
  }
  void clear() {
    first_ = 0;
    rest_.clear();
  }
  bool empty() const { return first_ == 0 && rest_.empty(); }
  int size() const {
    int n = std::popcount(first_);
    for (const std::uint64_t word : rest_) n += std::popcount(word);
    return n;
  }
  // The smallest member; `none` if there is none.
  std::uint16_t front() const {
    if (first_ != 0) return static_cast<std::uint16_t>(std::countr_zero(first_));
    for (std::size_t w = 0; w < rest_.size(); ++w) {
      if (rest_[w] != 0) {
        return static_cast<std::uint16_t>((w + 1) * 64 +
                                          static_cast<std::size_t>(std::countr_zero(rest_[w])));
      }
    }
    return none;
  }
  // Calls `visit(index)` for every member, ascending.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::uint64_t word = first_; word != 0; word &= word - 1) {
      visit(static_cast<std::uint16_t>(std::countr_zero(word)));
    }
    for (std::size_t w = 0; w < rest_.size(); ++w) {
      for (std::uint64_t word = rest_[w]; word != 0; word &= word - 1) {
        visit(static_cast<std::uint16_t>((w + 1) * 64 +
                                         static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  }

  bool operator==(const IndexSet&) const = default;

 private:
  static std::uint64_t bit(std::uint16_t i) { return std::uint64_t{1} << (i % 64u); }

  std::uint64_t first_ = 0;
  std::vector<std::uint64_t> rest_;
};

}  // namespace holdfast
