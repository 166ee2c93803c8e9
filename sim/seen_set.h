// The states that an exploration has seen, each with the state that it was first reached from.
// Exact: a state is kept as its whole key, in a pool of records that is at the same time the queue
// of the breadth-first search; a hash table of eight bytes per entry finds it again.
//
// Invariants
// 1. Two records never have equal keys.
// 2. A StateRef is valid as long as the set; the record of a state does not move.
// 3. A state is reached from the least of the states of the level before that have a step to it,
//    by `before`; so the parents do not depend on the number of threads or their speed.
//
// Thread safety: `insert` and everything const may be called by several threads at
// a time, each with a Writer of its own. `end_level`, `make_room` and `rebuild` are for one thread
// while no other uses the set, but `rebuild` may run for all its parts at once.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include <holdfast/model/fingerprint.h>
#include <holdfast/sim/explorable.h>
#include <holdfast/sim/page_memory.h>

namespace holdfast {

using StateRef = std::uint64_t;  // less than 2^40
inline constexpr int ref_bits = 40;
inline constexpr StateRef no_state = (StateRef{1} << ref_bits) - 1;

// Every bit of it is as good as another. Of eight bytes it is a bijection.
inline std::uint64_t hash_of(StateBytes bytes) {
  if (bytes.size() != sizeof(std::uint64_t)) return fingerprint(bytes);
  std::uint64_t word;
  std::memcpy(&word, bytes.data(), sizeof word);
  return mixed(word ^ pi_bits);
}

enum class Insertion : std::uint8_t { fresh, known, no_memory };

// `fixed`: bytes of every key, or 0 if keys are of up to 65 535 bytes each of its own length.
// `hashed`: the keys are hashes of states, of eight bytes.
template <std::size_t fixed, bool hashed = false>
class SeenSet {
  static_assert(!hashed || fixed == sizeof(std::uint64_t));

 public:
  static std::uint64_t hash_of_key(StateBytes key) {
    if constexpr (!hashed) return hash_of(key);
    std::uint64_t hash;
    std::memcpy(&hash, key.data(), sizeof hash);
    return hash;
  }

  // Where one thread puts new records.
  class Writer {
   public:
    // The record that this writer made last.
    StateRef last() const { return last_; }

   private:
    friend class SeenSet;
    StateRef next_ = 0;  // of the next record
    StateRef end_ = 0;   // of the block; equal to `next_`: there is no block
    StateRef last_ = no_state;
    std::uint64_t unpublished_ = 0;      // records that `count_` does not have yet
    std::vector<std::uint32_t> blocks_;  // that were begun or went on in this level
  };

  explicit SeenSet(std::uint64_t most_bytes) : most_bytes_{most_bytes} {
    directory_ = PageMemory::sparse(sizeof(Block) << (ref_bits - block_bits));
    if (directory_) make_room();
  }

  // Whether the system gave what an empty set needs.
  bool good() const { return static_cast<bool>(table_); }

  // Adds a state that is reached from `parent` (no_state: an initial one), whose hash is
  // `parent_hash`; a state that is in the set since this level may get that parent instead.
  // `link` is link_to(parent, parent_hash), `from` is look(hash).
  // Requires: hash == hash_of_key(key), and `full` was false when this thread last looked.
  Insertion insert(Writer& writer, std::uint64_t hash, std::uint64_t from, StateBytes key,
                   std::uint64_t link);

  // What `insert` wants to know of a parent: how it stands among others, and which it is.
  static std::uint64_t link_to(StateRef parent, std::uint64_t parent_hash) {
    return parent_hash >> ref_bits << ref_bits | parent;
  }

  // What `look` looks at, to be fetched before. A function that did nothing but fetch it would be
  // left out by g++ 12 as one without effect.
  const std::uint64_t* first_cell(std::uint64_t hash) const { return &cell(hash >> shift_); }
  // Fetches what `insert` looks at; where in the table that is, until the table grows.
  std::uint64_t look(std::uint64_t hash) const;

  StateBytes key(StateRef ref) const { return key_in(record(ref)); }
  // Whether this is the first record of a block: it does not come `after` another.
  static bool begins_block(StateRef ref) { return (ref & (block_units - 1)) == 0; }
  StateRef after(StateRef ref) const { return ref + units_of(ref); }
  StateRef parent(StateRef ref) const {
    return link_in(record(ref)).load(std::memory_order_relaxed) & no_state;
  }
  // An order of states that depends on nothing but their keys.
  bool before(StateRef a, StateRef b) const;

  // The table wants to grow: no thread should insert much more.
  bool full() const { return full_.load(std::memory_order_relaxed); }
  // Gives the table twice the room, and empties it; false if memory does not allow it, and then
  // nothing may be inserted any more.
  bool make_room();
  // Fills the table again: to be called for each part from 0 to parts - 1.
  void rebuild(unsigned part, unsigned parts);

  // What was inserted by this writer up to now belongs to a level that is complete. To be called
  // for every writer before any of them goes on.
  void end_level(Writer& writer);
  // The table is rebuilt up to what is known of each writer's block.
  void settle(Writer& writer);

  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Block {
    std::byte* data;
    std::uint32_t new_from;  // in units: records from here on are of the level under way
    std::uint32_t used;      // in units; what the last `settle` knew
  };
  static constexpr std::size_t unit = 8;
  static constexpr int block_bits = 18;  // units in a block: 2 MiB
  static constexpr std::uint64_t block_units = std::uint64_t{1} << block_bits;
  static constexpr int tag_bits = 64 - ref_bits;
  static constexpr std::uint64_t tag_mask = (std::uint64_t{1} << tag_bits) - 1;
  static constexpr std::uint64_t publish_every = 32;
  static constexpr int least_cell_bits = 14;
  using Length = std::uint16_t;

  // A cell is 0 or a StateRef + 1 and the low bits of its hash.
  std::uint64_t& cell(std::uint64_t place) const {
    return reinterpret_cast<std::uint64_t*>(table_.data())[place];
  }
  static std::uint64_t load(std::uint64_t& cell) {
    return std::atomic_ref<std::uint64_t>(cell).load(std::memory_order_acquire);
  }
  static std::uint64_t entry_of(StateRef ref, std::uint64_t hash) {
    return (ref + 1) << tag_bits | (hash & tag_mask);
  }
  Block& block(std::uint64_t index) const {
    return reinterpret_cast<Block*>(directory_.data())[index];
  }
  std::byte* record(StateRef ref) const {
    return block(ref >> block_bits).data + (ref & (block_units - 1)) * unit;
  }
  static std::atomic_ref<std::uint64_t> link_in(std::byte* record) {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(record));
  }
  static constexpr std::uint64_t units_for(std::size_t key_bytes) {
    const std::size_t length = fixed == 0 ? sizeof(Length) : 0;
    return (unit + length + key_bytes + unit - 1) / unit;
  }
  std::uint64_t units_of(StateRef ref) const {
    if constexpr (fixed != 0) return units_for(fixed);
    return units_for(key(ref).size());
  }
  static StateBytes key_in(const std::byte* record) {
    if constexpr (fixed != 0) return {record + unit, fixed};
    Length length;
    std::memcpy(&length, record + unit, sizeof length);
    return {record + unit + sizeof length, length};
  }
  static bool equal(StateBytes own, StateBytes key) {
    if constexpr (fixed != 0) return std::memcmp(own.data(), key.data(), fixed) == 0;
    return own.size() == key.size() && std::memcmp(own.data(), key.data(), own.size()) == 0;
  }
  bool is_new(StateRef ref) const {
    return (ref & (block_units - 1)) >= block(ref >> block_bits).new_from;
  }
  // Whether this entry of the table is of this key; then the state may get another parent.
  bool is_known(std::uint64_t entry, std::uint64_t hash, StateBytes key, std::uint64_t link);
  Insertion insert_from(Writer& writer, std::uint64_t hash, std::uint64_t from, StateBytes key,
                        std::uint64_t link);
  // Puts the record at `writer.next_` without taking it.
  bool write(Writer& writer, StateBytes key, std::uint64_t link);
  bool begin_block(Writer& writer);
  void take(Writer& writer, std::uint64_t units);
  void lower_link(StateRef ref, std::uint64_t link) const;
  void place(std::uint64_t hash, StateRef ref);

  const std::uint64_t most_bytes_;
  PageMemory directory_;  // of Block
  PageMemory table_;      // of cells
  int shift_ = 64;        // the bits of a hash above it name its first cell
  std::uint64_t last_cell_ = 0;
  std::uint64_t most_entries_ = 0;  // in the table
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<bool> full_ = false;
  std::mutex mutex_;  // of the list of blocks
  std::vector<PageMemory> blocks_;
};

template <std::size_t fixed, bool hashed>
inline Insertion SeenSet<fixed, hashed>::insert(Writer& writer, std::uint64_t hash,
                                                std::uint64_t from, StateBytes key,
                                                std::uint64_t link) {
  const std::uint64_t entry = load(cell(from));
  if (entry != 0 && is_known(entry, hash, key, link)) return Insertion::known;
  return insert_from(writer, hash, from, key, link);
}

template <std::size_t fixed, bool hashed>
inline bool SeenSet<fixed, hashed>::is_known(std::uint64_t entry, std::uint64_t hash,
                                             StateBytes key, std::uint64_t link) {
  if (((entry ^ hash) & tag_mask) != 0) return false;
  const StateRef ref = (entry >> tag_bits) - 1;
  std::byte* const at = record(ref);
  if (!equal(key_in(at), key)) return false;
  // One jump for both: each alone is as good as chance.
  const std::uint64_t own = link_in(at).load(std::memory_order_relaxed);
  const bool may_be_less = link >> ref_bits <= own >> ref_bits;
  if (may_be_less & is_new(ref)) lower_link(ref, link);
  return true;
}

template <std::size_t fixed, bool hashed>
Insertion SeenSet<fixed, hashed>::insert_from(Writer& writer, std::uint64_t hash,
                                              std::uint64_t from, StateBytes key,
                                              std::uint64_t link) {
  bool written = false;
  for (std::uint64_t at = from;; at = (at + 1) & last_cell_) {
    std::uint64_t& place = cell(at);
    std::uint64_t entry = load(place);
    if (entry == 0) {
      if (!written && !write(writer, key, link)) return Insertion::no_memory;
      written = true;
      // If another thread was faster, its entry is looked at like any other.
      if (std::atomic_ref<std::uint64_t>(place).compare_exchange_strong(
              entry, entry_of(writer.next_, hash), std::memory_order_acq_rel)) {
        take(writer, units_for(key.size()));
        return Insertion::fresh;
      }
    }
    if (is_known(entry, hash, key, link)) return Insertion::known;
  }
}

// Mostly one of the first two cells is it, but which one is as good as chance: no jump depends on
// that.
template <std::size_t fixed, bool hashed>
inline std::uint64_t SeenSet<fixed, hashed>::look(std::uint64_t hash) const {
  const auto passes = [hash](std::uint64_t entry) {
    return static_cast<std::uint64_t>(entry != 0) &
           static_cast<std::uint64_t>(((entry ^ hash) & tag_mask) != 0);
  };
  std::uint64_t at = hash >> shift_;
  at = (at + passes(load(cell(at)))) & last_cell_;
  std::uint64_t entry = load(cell(at));
  while (passes(entry) != 0) {
    at = (at + 1) & last_cell_;
    entry = load(cell(at));
  }
  __builtin_prefetch(record((entry >> tag_bits) - static_cast<std::uint64_t>(entry != 0)));
  return at;
}

template <std::size_t fixed, bool hashed>
bool SeenSet<fixed, hashed>::before(StateRef a, StateRef b) const {
  const std::uint64_t hash_a = hash_of_key(key(a));
  const std::uint64_t hash_b = hash_of_key(key(b));
  if (hash_a != hash_b) return hash_a < hash_b;
  const StateBytes bytes_a = key(a);
  const StateBytes bytes_b = key(b);
  return std::lexicographical_compare(bytes_a.begin(), bytes_a.end(), bytes_b.begin(),
                                      bytes_b.end());
}

template <std::size_t fixed, bool hashed>
bool SeenSet<fixed, hashed>::write(Writer& writer, StateBytes key, std::uint64_t link) {
  const std::uint64_t units = units_for(key.size());
  if (writer.end_ - writer.next_ < units && !begin_block(writer)) return false;
  std::byte* at = record(writer.next_);
  std::memcpy(at, &link, sizeof link);
  at += unit;
  if constexpr (fixed == 0) {
    const auto length = static_cast<Length>(key.size());
    std::memcpy(at, &length, sizeof length);
    at += sizeof length;
  }
  std::memcpy(at, key.data(), fixed == 0 ? key.size() : fixed);
  return true;
}

template <std::size_t fixed, bool hashed>
bool SeenSet<fixed, hashed>::begin_block(Writer& writer) {
  settle(writer);
  const std::lock_guard lock(mutex_);
  const std::uint64_t index = blocks_.size();
  if (bytes() + block_units * unit > most_bytes_) return false;
  // One reference less than fit: the last stands for none.
  if (index + 1 >= std::uint64_t{1} << (ref_bits - block_bits)) return false;
  PageMemory memory = PageMemory::of(block_units * unit);
  if (!memory) return false;
  bytes_ += memory.bytes();
  block(index) = {memory.data(), 0, 0};
  blocks_.push_back(std::move(memory));
  writer.next_ = index << block_bits;
  writer.end_ = writer.next_ + block_units;
  writer.blocks_.push_back(static_cast<std::uint32_t>(index));
  return true;
}

template <std::size_t fixed, bool hashed>
void SeenSet<fixed, hashed>::take(Writer& writer, std::uint64_t units) {
  writer.last_ = writer.next_;
  writer.next_ += units;
  if (++writer.unpublished_ < publish_every) return;
  const std::uint64_t count = count_.fetch_add(writer.unpublished_, std::memory_order_relaxed);
  if (count + writer.unpublished_ > most_entries_) full_.store(true, std::memory_order_relaxed);
  writer.unpublished_ = 0;
}

template <std::size_t fixed, bool hashed>
void SeenSet<fixed, hashed>::lower_link(StateRef ref, std::uint64_t link) const {
  std::atomic_ref<std::uint64_t> own = link_in(record(ref));
  std::uint64_t known = own.load(std::memory_order_relaxed);
  while (known != link) {
    const bool less = known >> ref_bits != link >> ref_bits
                          ? link < known
                          : before(link & no_state, known & no_state);
    if (!less || own.compare_exchange_weak(known, link, std::memory_order_relaxed)) return;
  }
}

template <std::size_t fixed, bool hashed>
bool SeenSet<fixed, hashed>::make_room() {
  const std::size_t least = unit << least_cell_bits;
  const std::size_t wanted = table_ ? table_.bytes() * 2 : least;
  if (bytes() - table_.bytes() + wanted > most_bytes_) return false;
  // The old table goes first: the records can fill a new one, and two at a time would be the peak.
  bytes_ -= table_.bytes();
  table_ = PageMemory();
  table_ = PageMemory::of(wanted);
  if (!table_) return false;
  bytes_ += wanted;
  const std::size_t cells = wanted / unit;
  shift_ = 64 - std::countr_zero(cells);
  last_cell_ = cells - 1;
  most_entries_ = cells / 8 * 5;
  full_ = false;
  return true;
}

template <std::size_t fixed, bool hashed>
void SeenSet<fixed, hashed>::rebuild(unsigned part, unsigned parts) {
  constexpr std::size_t ahead = 32;
  std::array<std::pair<std::uint64_t, StateRef>, ahead> ring;
  std::uint64_t taken = 0;
  for (std::uint64_t index = part; index < blocks_.size(); index += parts) {
    const StateRef first = index << block_bits;
    for (StateRef ref = first; ref < first + block(index).used; ref = after(ref)) {
      auto& slot = ring[taken % ahead];
      if (taken++ >= ahead) place(slot.first, slot.second);
      slot = {hash_of_key(key(ref)), ref};
      __builtin_prefetch(first_cell(slot.first), 1);
    }
  }
  for (std::uint64_t i = taken < ahead ? 0 : taken - ahead; i < taken; ++i) {
    place(ring[i % ahead].first, ring[i % ahead].second);
  }
}

template <std::size_t fixed, bool hashed>
void SeenSet<fixed, hashed>::place(std::uint64_t hash, StateRef ref) {
  for (std::uint64_t at = hash >> shift_;; at = (at + 1) & last_cell_) {
    std::atomic_ref<std::uint64_t> place(cell(at));
    std::uint64_t empty = 0;
    if (place.load(std::memory_order_relaxed) != 0) continue;
    if (place.compare_exchange_strong(empty, entry_of(ref, hash), std::memory_order_relaxed))
      return;
  }
}

template <std::size_t fixed, bool hashed>
void SeenSet<fixed, hashed>::settle(Writer& writer) {
  if (writer.blocks_.empty()) return;
  Block& own = block(writer.blocks_.back());
  own.used =
      static_cast<std::uint32_t>(writer.next_ - (StateRef{writer.blocks_.back()} << block_bits));
}

template <std::size_t fixed, bool hashed>
void SeenSet<fixed, hashed>::end_level(Writer& writer) {
  if (writer.blocks_.empty()) return;
  settle(writer);
  for (const std::uint32_t index : writer.blocks_) block(index).new_from = block(index).used;
  writer.blocks_.erase(writer.blocks_.begin(), writer.blocks_.end() - 1);
}

}  // namespace holdfast
