// One thread's share of an exploration: takes chunks of the frontier, expands their states, and
// puts the successors into the set. See explorer.h for the whole.
//
// A successor waits in a queue while the memory that it is looked up in is fetched: `near` places
// for its bucket of the table, then `far - near` for the record that looks like it.
//
// Thread safety: one thread per worker; ExploreShared is what they share.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include <holdfast/sim/exploration.h>
#include <holdfast/sim/seen_set.h>

namespace holdfast {

// Records that lie one after another in the set. `packed`: where only hashes are kept, each as a
// Packed and the bytes of the state.
struct FrontierChunk {
  StateRef first = 0;
  std::uint32_t states = 0;
  std::vector<std::byte> packed;
};
struct PackedState {
  StateRef ref;
  std::uint64_t size;
};

// Of the violations of one property, the one to show: the first by depth, then by hash.
struct FoundViolation {
  bool found = false;
  bool by_transition = false;
  StateRef ref = no_state;  // the state, or the one before the transition
  std::uint64_t hash = 0;   // of it
};

struct ExploreShared {
  std::vector<FrontierChunk> frontier;
  std::atomic<std::size_t> next_chunk = 0;
  std::atomic<Ending> ending = Ending::complete;  // anything else: stop
  std::atomic<std::uint64_t> states = 0;          // published by chunk
  std::atomic<std::uint64_t> expanded = 0;
  std::atomic<std::uint64_t> packed_bytes = 0;  // of the chunks of both levels
  PropertySet found = 0;                        // in levels before this one
  std::function<void()> tick;                   // called by worker 0 now and then
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

  bool stopping() const { return ending.load(std::memory_order_relaxed) != Ending::complete; }
  void stop(Ending why) {
    Ending none = Ending::complete;
    ending.compare_exchange_strong(none, why);
  }
  std::uint64_t elapsed_us() const {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::steady_clock::now() - began)
                                          .count());
  }
};

// A queue of successors, each of which has its bytes at a place of its own.
template <std::size_t fixed>
class SuccessorQueue {
 public:
  struct Item {
    std::uint64_t hash;
    std::uint64_t link;
    std::uint64_t size;
    std::uint64_t at;  // in the set's table; known of those that had a first look
  };

  explicit SuccessorQueue(std::size_t most_bytes)
      : SuccessorQueue(fixed != 0 ? fixed : most_bytes, 256) {}

  std::uint64_t head() const { return head_; }
  std::uint64_t tail() const { return tail_; }
  Item& item(std::uint64_t place) { return items_[place & mask_]; }
  std::byte* bytes(std::uint64_t place) {
    return bytes_.data() + (place & mask_) * (fixed != 0 ? fixed : stride_);
  }
  void pop() { ++head_; }
  std::uint64_t push() {
    if (tail_ - head_ > mask_) grow();
    return tail_++;
  }

 private:
  void grow() {
    SuccessorQueue larger(stride_, items_.size() * 2);
    for (std::uint64_t i = head_; i < tail_; ++i) {
      larger.item(i) = item(i);
      std::memcpy(larger.bytes(i), bytes(i), stride_);
    }
    items_.swap(larger.items_);
    bytes_.swap(larger.bytes_);
    mask_ = larger.mask_;
  }
  SuccessorQueue(std::size_t stride, std::size_t places)
      : stride_{stride}, items_(places), bytes_(places * stride), mask_{places - 1} {}

  std::size_t stride_;
  std::vector<Item> items_;  // a power of two
  std::vector<std::byte> bytes_;
  std::uint64_t mask_;  // items_.size() - 1
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
};

template <Explorable M, Keep keep>
class ExploreWorker {
 public:
  static constexpr std::size_t key_bytes = keep == Keep::hashes ? 8 : M::packed_bytes;
  using Set = SeenSet<key_bytes, keep == Keep::hashes>;

  ExploreWorker(const M& model, const ExploreOptions& options, ExploreShared& shared, Set& set,
                bool ticks)
      : model_{model},
        options_{options},
        shared_{shared},
        set_{set},
        ticks_{ticks},
        symmetry_{options.symmetry},
        scratch_{model.scratch()},
        queue_{model.most_packed_bytes()} {}

  void add_initial() {
    link_ = Set::link_to(no_state, ~std::uint64_t{0});
    Initial states{*this};
    model_.initial(scratch_, states);
    flush();
  }

  // Expands until the frontier is used up or something wants the thread to return.
  void run();

  // What the model calls for each successor.
  void successor(StepId, StateBytes state, PropertySet violated);

  // Keeps of two violations of one property the one to show.
  void keep_first(FoundViolation& known, const FoundViolation& other) const;

  std::vector<FrontierChunk> take_new_chunks() { return std::exchange(new_chunks_, {}); }
  typename Set::Writer& writer() { return writer_; }

  ExploreCounts counts;
  ExploreCounts unreduced;
  std::vector<ViolationCount> violating_states;
  std::vector<ViolationCount> violating_transitions;
  std::array<FoundViolation, 64> found{};  // in this level
  std::uint64_t most_bytes_seen = 0;       // of the set, the frontier included

 private:
  struct Initial {
    ExploreWorker& worker;
    void successor(StepId step, StateBytes state, PropertySet) { worker.successor(step, state, 0); }
  };
  static constexpr std::uint64_t near = 32;
  static constexpr std::uint64_t far = 64;
  static constexpr std::uint32_t chunk_states = 256;

  bool claim();
  void expand_next();
  void note(PropertySet violated, bool by_transition);
  void advance();
  void flush();
  void insert_first();
  void add_to_frontier(std::uint64_t place);
  void publish();

  const M& model_;
  const ExploreOptions& options_;
  ExploreShared& shared_;
  Set& set_;
  const bool ticks_;
  const bool symmetry_;
  typename M::Scratch scratch_;
  typename Set::Writer writer_;
  SuccessorQueue<M::packed_bytes> queue_;
  std::uint64_t looked_up_ = 0;  // place in the queue: those before it had a first look
  std::vector<FrontierChunk> new_chunks_;
  FrontierChunk chunk_;            // under way
  StateRef next_ = 0;              // in it
  std::size_t next_packed_ = 0;    // in it
  std::uint32_t left_ = 0;         // in it
  StateRef ref_ = no_state;        // the state that is being expanded
  std::uint64_t hash_ = 0;         // of it
  std::uint64_t link_ = 0;         // to it
  std::uint64_t transitions_ = 0;  // of it
  std::uint64_t orbit_ = 1;        // of it
  std::uint64_t published_states_ = 0;
  std::uint64_t expanded_ = 0;
};

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::run() {
  looked_up_ = queue_.head();  // the table may have grown
  while (!shared_.stopping()) {
    if (set_.full()) return publish();
    if (left_ == 0 && !claim()) break;
    expand_next();
  }
  flush();
  publish();
}

template <Explorable M, Keep keep>
bool ExploreWorker<M, keep>::claim() {
  publish();
  if (ticks_ && shared_.tick) shared_.tick();
  if (options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed)) {
    shared_.stop(Ending::interrupted);
  }
  if (shared_.states.load(std::memory_order_relaxed) > options_.most_states) {
    shared_.stop(Ending::state_limit);
  }
  const std::uint64_t bytes = set_.bytes() + shared_.packed_bytes.load(std::memory_order_relaxed);
  most_bytes_seen = std::max(most_bytes_seen, bytes);
  if (bytes > options_.most_bytes) shared_.stop(Ending::memory_limit);
  if (options_.most_us != ExploreOptions::no_limit && shared_.elapsed_us() > options_.most_us) {
    shared_.stop(Ending::time_limit);
  }
  if (shared_.stopping()) return false;
  const std::size_t place = shared_.next_chunk.fetch_add(1, std::memory_order_relaxed);
  if (place >= shared_.frontier.size()) return false;
  shared_.packed_bytes -= chunk_.packed.capacity();
  chunk_ = std::move(shared_.frontier[place]);
  next_ = chunk_.first;
  next_packed_ = 0;
  left_ = chunk_.states;
  return true;
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::expand_next() {
  StateBytes state;
  if constexpr (keep == Keep::hashes) {
    PackedState packed;
    std::memcpy(&packed, chunk_.packed.data() + next_packed_, sizeof packed);
    state = {chunk_.packed.data() + next_packed_ + sizeof packed, packed.size};
    next_packed_ += sizeof packed + packed.size;
    ref_ = packed.ref;
  } else {
    ref_ = next_;
    state = set_.key(ref_);
    next_ = set_.after(ref_);
  }
  --left_;
  hash_ = Set::hash_of_key(set_.key(ref_));
  link_ = Set::link_to(ref_, hash_);
  transitions_ = 0;
  if (symmetry_) orbit_ = model_.orbit(scratch_, state);
  const PropertySet violated = model_.expand(scratch_, state, *this);
  if (violated != 0) note(violated, false);
  ++expanded_;
  counts.transitions += transitions_;
  unreduced.transitions += transitions_ * orbit_;
  unreduced.states += orbit_;
  if (transitions_ == 0) {
    ++counts.dead;
    unreduced.dead += orbit_;
  }
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::successor(StepId, StateBytes state, PropertySet violated) {
  const std::uint64_t place = queue_.push();
  std::byte* const bytes = queue_.bytes(place);
  auto& item = queue_.item(place);
  if constexpr (M::packed_bytes != 0) {
    std::memcpy(bytes, state.data(), M::packed_bytes);
    if (symmetry_) model_.canonicalise(scratch_, bytes, M::packed_bytes);
    item.hash = hash_of({bytes, M::packed_bytes});
  } else {
    std::memcpy(bytes, state.data(), state.size());
    item.size = state.size();
    if (symmetry_) item.size = model_.canonicalise(scratch_, bytes, item.size);
    item.hash = hash_of({bytes, item.size});
  }
  item.link = link_;
  set_.prefetch(item.hash);
  if (violated != 0) note(violated, true);
  ++transitions_;
  advance();
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::note(PropertySet violated, bool by_transition) {
  add_violation(by_transition ? violating_transitions : violating_states, {violated, 1, orbit_});
  const PropertySet fresh = violated & ~shared_.found;
  if (fresh == 0) return;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if ((fresh >> i & 1) != 0) {
      keep_first(found[i], {true, by_transition, ref_, hash_});
    }
  }
}

// A state is seen to violate when it is expanded, a transition one level earlier: of both, the
// state's way is shorter.
template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::keep_first(FoundViolation& known, const FoundViolation& other) const {
  const auto first = [&] {
    if (!known.found) return true;
    if (other.by_transition != known.by_transition) return known.by_transition;
    if (other.ref == known.ref) return false;
    if (other.hash != known.hash) return other.hash < known.hash;
    return set_.before(other.ref, known.ref);
  };
  if (first()) known = other;
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::advance() {
  if (queue_.tail() - looked_up_ > near) {
    auto& item = queue_.item(looked_up_++);
    item.at = set_.look(item.hash);
  }
  if (queue_.tail() - queue_.head() > far) insert_first();
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::flush() {
  while (queue_.head() != queue_.tail() && !set_.full() && !shared_.stopping()) insert_first();
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::insert_first() {
  // When the table is full the successor waits until it has grown: the queue has room for all.
  if (set_.full()) return;
  const std::uint64_t place = queue_.head();
  const auto& item = queue_.item(place);
  StateBytes key{queue_.bytes(place), M::packed_bytes != 0 ? M::packed_bytes : item.size};
  if constexpr (keep == Keep::hashes) key = std::as_bytes(std::span(&item.hash, 1));
  const std::uint64_t from = place < looked_up_ ? item.at : set_.home(item.hash);
  const Insertion insertion = set_.insert(writer_, item.hash, from, key, item.link);
  if (insertion == Insertion::no_memory) return shared_.stop(Ending::memory_limit);
  if (insertion == Insertion::fresh) {
    ++counts.states;
    add_to_frontier(place);
  }
  queue_.pop();
  if (looked_up_ < queue_.head()) looked_up_ = queue_.head();
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::add_to_frontier(std::uint64_t place) {
  const StateRef ref = writer_.last();
  const bool same_block = !new_chunks_.empty() && !Set::begins_block(ref);
  if (!same_block || new_chunks_.back().states == chunk_states) {
    new_chunks_.push_back({ref, 0, {}});
  }
  FrontierChunk& chunk = new_chunks_.back();
  ++chunk.states;
  if constexpr (keep == Keep::hashes) {
    const std::uint64_t size = M::packed_bytes != 0 ? M::packed_bytes : queue_.item(place).size;
    const PackedState packed{ref, size};
    const auto* const head = reinterpret_cast<const std::byte*>(&packed);
    const std::size_t room = chunk.packed.capacity();
    chunk.packed.insert(chunk.packed.end(), head, head + sizeof packed);
    const std::byte* const bytes = queue_.bytes(place);
    chunk.packed.insert(chunk.packed.end(), bytes, bytes + packed.size);
    if (chunk.packed.capacity() != room) shared_.packed_bytes += chunk.packed.capacity() - room;
  }
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::publish() {
  shared_.states.fetch_add(counts.states - published_states_, std::memory_order_relaxed);
  shared_.expanded.fetch_add(expanded_, std::memory_order_relaxed);
  published_states_ = counts.states;
  expanded_ = 0;
}

}  // namespace holdfast
