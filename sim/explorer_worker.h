// One thread's share of an exploration: takes chunks of the frontier, expands their states, and
// puts the successors into the set. See explorer.h for the whole.
//
// Successors wait in a queue until there are some, and are then hashed. Each goes on waiting while
// the memory that it is looked up in is fetched: `near` places for its cell of the table, then
// `far - near` for the record that looks like it.
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
    Ending not_yet = Ending::complete;
    ending.compare_exchange_strong(not_yet, why);
  }
  std::uint64_t elapsed_us() const {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::steady_clock::now() - began)
                                          .count());
  }
};

struct QueuedSuccessor {
  std::uint64_t link;
  std::uint64_t size;
  std::uint64_t hash;  // known of those before `hashed_`
  std::uint64_t at;    // in the set's table; known of those before `looked_up_`
};

// A ring of successors, each of which has its bytes at a place of its own.
template <std::size_t fixed>
class SuccessorQueue {
 public:
  // Where things are until the next `push`: worth a copy, because whoever writes to a place could
  // change the queue itself for all that a compiler knows.
  struct Places {
    QueuedSuccessor* items;
    std::byte* all_bytes;
    std::uint64_t mask;
    std::size_t stride;

    QueuedSuccessor& item(std::uint64_t place) const { return items[place & mask]; }
    std::byte* bytes(std::uint64_t place) const {
      return all_bytes + (place & mask) * (fixed != 0 ? fixed : stride);
    }
    StateBytes state(std::uint64_t place) const {
      return {bytes(place), fixed != 0 ? fixed : item(place).size};
    }
  };

  explicit SuccessorQueue(std::size_t most_bytes) : stride_{most_bytes} { take(256); }

  const Places& places() const { return places_; }
  std::uint64_t head() const { return head_; }
  std::uint64_t tail() const { return tail_; }
  void pop_until(std::uint64_t place) { head_ = place; }
  void push(StateBytes state, std::uint64_t link) {
    if (tail_ - head_ > places_.mask) grow();
    places_.item(tail_).link = link;
    std::memcpy(places_.bytes(tail_), state.data(), fixed != 0 ? fixed : state.size());
    if constexpr (fixed == 0) places_.item(tail_).size = state.size();
    ++tail_;
  }

 private:
  void take(std::size_t places) {
    items_.resize(places);
    bytes_.resize(places * stride_);
    places_ = {items_.data(), bytes_.data(), places - 1, stride_};
  }
  void grow() {
    SuccessorQueue larger(stride_);
    larger.take(items_.size() * 2);
    for (std::uint64_t i = head_; i < tail_; ++i) {
      larger.places_.item(i) = places_.item(i);
      std::memcpy(larger.places_.bytes(i), places_.bytes(i), stride_);
    }
    items_.swap(larger.items_);
    bytes_.swap(larger.bytes_);
    places_ = larger.places_;
  }

  std::size_t stride_;
  std::vector<QueuedSuccessor> items_;  // a power of two
  std::vector<std::byte> bytes_;
  Places places_{};
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
        queue_{M::packed_bytes != 0 ? M::packed_bytes : model.most_packed_bytes()} {}

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
  using Places = typename SuccessorQueue<M::packed_bytes>::Places;
  static constexpr std::uint64_t batch = 32;
  static constexpr std::uint64_t near = 32;
  static constexpr std::uint64_t far = 64;
  static constexpr std::uint32_t chunk_states = 256;

  bool claim();
  void expand_next();
  void note(PropertySet violated, bool by_transition);
  void advance();
  void flush();
  // Without these words neither compiler puts both into the one loop that all time is spent in.
  [[gnu::always_inline]] void hash_one(const Places& places, std::uint64_t place);
  [[gnu::always_inline]] bool insert_one(const Places& places, std::uint64_t place);
  void add_to_frontier(StateBytes state);
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
  // Places in the queue: those before them were hashed, had a first look.
  std::uint64_t hashed_ = 0;
  std::uint64_t looked_up_ = 0;
  std::vector<FrontierChunk> new_chunks_;
  FrontierChunk chunk_;          // under way
  StateRef next_ = 0;            // in it
  std::size_t next_packed_ = 0;  // in it
  std::uint32_t left_ = 0;       // in it
  StateRef ref_ = no_state;      // the state that is being expanded
  std::uint64_t hash_ = 0;       // of it
  std::uint64_t link_ = 0;       // to it
  std::uint64_t orbit_ = 1;      // of it
  std::uint64_t published_states_ = 0;
  std::uint64_t expanded_ = 0;
};

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::run() {
  // The table may have grown.
  looked_up_ = queue_.head();
  flush();
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
  const std::uint64_t first_new = queue_.tail();
  if (symmetry_) orbit_ = model_.orbit(scratch_, state);
  const PropertySet violated = model_.expand(scratch_, state, *this);
  if (violated != 0) note(violated, false);
  const std::uint64_t transitions = queue_.tail() - first_new;
  ++expanded_;
  counts.transitions += transitions;
  unreduced.transitions += transitions * orbit_;
  unreduced.states += orbit_;
  if (transitions == 0) {
    ++counts.dead;
    unreduced.dead += orbit_;
  }
  if (queue_.tail() - hashed_ >= batch) advance();
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::successor(StepId, StateBytes state, PropertySet violated) {
  queue_.push(state, link_);
  if (violated != 0) note(violated, true);
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

// Hashes the new successors, and for each goes on with one of those that waited long enough.
template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::advance() {
  const Places places = queue_.places();
  const std::uint64_t tail = queue_.tail();
  std::uint64_t looked_up = looked_up_;
  std::uint64_t head = queue_.head();
  for (std::uint64_t place = hashed_; place != tail; ++place) {
    hash_one(places, place);
    if (place - looked_up >= near) {
      QueuedSuccessor& item = places.item(looked_up++);
      item.at = set_.look(item.hash);
    }
    if (place - head >= far && insert_one(places, head)) ++head;
  }
  hashed_ = tail;
  looked_up_ = looked_up;
  queue_.pop_until(head);
}

// When the table is full the others wait until it has grown: the queue has room for all.
template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::flush() {
  const Places places = queue_.places();
  for (; hashed_ != queue_.tail(); ++hashed_) hash_one(places, hashed_);
  for (; looked_up_ != hashed_; ++looked_up_) {
    QueuedSuccessor& item = places.item(looked_up_);
    item.at = set_.look(item.hash);
  }
  std::uint64_t head = queue_.head();
  while (head != looked_up_ && !shared_.stopping() && insert_one(places, head)) ++head;
  queue_.pop_until(head);
}

template <Explorable M, Keep keep>
inline void ExploreWorker<M, keep>::hash_one(const Places& places, std::uint64_t place) {
  QueuedSuccessor& item = places.item(place);
  if (symmetry_) {
    item.size = model_.canonicalise(scratch_, places.bytes(place), places.state(place).size());
  }
  item.hash = hash_of(places.state(place));
  __builtin_prefetch(set_.first_cell(item.hash), 1);
}

// Requires: it had a first look.
template <Explorable M, Keep keep>
inline bool ExploreWorker<M, keep>::insert_one(const Places& places, std::uint64_t place) {
  if (set_.full()) return false;
  const QueuedSuccessor& item = places.item(place);
  StateBytes key = places.state(place);
  if constexpr (keep == Keep::hashes) key = std::as_bytes(std::span(&item.hash, 1));
  const Insertion insertion = set_.insert(writer_, item.hash, item.at, key, item.link);
  if (insertion == Insertion::no_memory) shared_.stop(Ending::memory_limit);
  if (insertion == Insertion::fresh) {
    ++counts.states;
    add_to_frontier(places.state(place));
  }
  return insertion != Insertion::no_memory;
}

template <Explorable M, Keep keep>
void ExploreWorker<M, keep>::add_to_frontier(StateBytes state) {
  const StateRef ref = writer_.last();
  const bool same_block = !new_chunks_.empty() && !Set::begins_block(ref);
  if (!same_block || new_chunks_.back().states == chunk_states) {
    new_chunks_.push_back({ref, 0, {}});
  }
  FrontierChunk& chunk = new_chunks_.back();
  ++chunk.states;
  if constexpr (keep == Keep::hashes) {
    const PackedState packed{ref, state.size()};
    const auto* const head = reinterpret_cast<const std::byte*>(&packed);
    const std::size_t room = chunk.packed.capacity();
    chunk.packed.insert(chunk.packed.end(), head, head + sizeof packed);
    chunk.packed.insert(chunk.packed.end(), state.begin(), state.end());
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
