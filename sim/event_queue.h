// What is to happen later, in the order in which it happens: the agenda of the timed walk. Not to
// be shared between threads. Copying copies the agenda; handles are good for the copy too.
//
// Invariants
// 1. Ties are named. Events leave by time, those of one time by priority (the lower first), and
//    those of one time and priority in the order in which they were pushed.
// 2. An event leaves once: by `pop` or by `cancel`. A handle of one that has left does nothing.
// 3. `push`, `pop` and `cancel` ask for no memory unless more events are pending than ever before.
//    `push` and `pop` cost the logarithm of the pending events, `cancel` a constant on average.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace holdfast {

// Names one pushed event. A default handle names none.
struct EventHandle {
  std::uint64_t order = UINT64_MAX;
  std::uint32_t place = UINT32_MAX;

  bool operator==(const EventHandle&) const = default;
};

// Payload: default-constructible and movable.
template <class Payload>
class EventQueue {
 public:
  struct Event {
    std::int64_t time_us = 0;
    std::uint8_t priority = 0;
    std::uint64_t sequence = 0;  // how many events were pushed before it
    Payload payload{};
  };

  // Adds an event. Requires: fewer than 2^56 pushes before, fewer than 2^32 - 1 events pending.
  EventHandle push(std::int64_t time_us, std::uint8_t priority, Payload payload);

  bool empty() const { return pending_ == 0; }
  std::size_t size() const { return pending_; }

  // Time, priority and payload of the event that leaves next. Requires: not empty.
  std::int64_t top_time_us() const { return entry(0).time_us; }
  std::uint8_t top_priority() const { return priority_of(entry(0).order); }
  const Payload& top() const { return places_[entry(0).place].payload; }

  // Takes the event that leaves next. Requires: not empty.
  Event pop();

  // Takes an event out unseen. False if it had left before.
  bool cancel(EventHandle handle);

  // Whether the event is still to come.
  bool pending(EventHandle handle) const {
    return handle.place < places_.size() && places_[handle.place].order == handle.order &&
           handle.order != free_place;
  }

  // Makes room for so many pending events at once.
  void reserve(std::size_t events);
  // The memory asked for so far, without what payloads hold themselves.
  std::size_t memory_bytes() const;

  // Forgets all events. Sequence numbers go on.
  void clear();

 private:
  // 24 bytes that are compared and moved; payloads stay at their places.
  struct Entry {
    std::int64_t time_us;
    std::uint64_t order;
    std::uint32_t place;

    bool before(const Entry& other) const {
      return time_us != other.time_us ? time_us < other.time_us : order < other.order;
    }
  };
  // `order` tells whose place it is; an entry with another order is left over from a cancelled
  // event.
  struct Place {
    std::uint64_t order = free_place;
    Payload payload{};
  };

  static constexpr std::uint64_t free_place = UINT64_MAX;
  static constexpr int sequence_bits = 56;
  static constexpr std::size_t children = 4;
  // Entries of cancelled events that are kept whatever the number of pending ones.
  static constexpr std::size_t stale_allowed = 64;

  static std::uint8_t priority_of(std::uint64_t order) {
    return static_cast<std::uint8_t>(order >> sequence_bits);
  }

  const Entry& entry(std::size_t at) const {
    assert(at < heap_.size());
    return heap_[at];
  }
  bool stale(const Entry& entry) const { return places_[entry.place].order != entry.order; }
  void give_back(std::uint32_t place);
  void remove_first();
  void drop_stale_tops();
  void drop_all_stale();
  void sift_up(std::size_t at);
  void sift_down(std::size_t at);

  std::vector<Entry> heap_;  // four children each; the first entry is never stale
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_places_;
  std::size_t pending_ = 0;
  std::uint64_t pushed_ = 0;
};

template <class Payload>
EventHandle EventQueue<Payload>::push(std::int64_t time_us, std::uint8_t priority,
                                      Payload payload) {
  assert(pushed_ >> sequence_bits == 0);
  const std::uint64_t order = (std::uint64_t{priority} << sequence_bits) | pushed_++;
  if (free_places_.empty()) {
    if (places_.size() == places_.capacity()) reserve(std::max<std::size_t>(16, 2 * pending_));
    free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t place = free_places_.back();
  free_places_.pop_back();
  places_[place].order = order;
  places_[place].payload = std::move(payload);
  ++pending_;
  heap_.push_back({time_us, order, place});
  sift_up(heap_.size() - 1);
  return {order, place};
}

template <class Payload>
typename EventQueue<Payload>::Event EventQueue<Payload>::pop() {
  assert(!empty());
  const Entry first = heap_.front();
  constexpr std::uint64_t sequence_mask = (std::uint64_t{1} << sequence_bits) - 1;
  Event event{first.time_us, priority_of(first.order), first.order & sequence_mask,
              std::move(places_[first.place].payload)};
  give_back(first.place);
  remove_first();
  drop_stale_tops();
  return event;
}

template <class Payload>
bool EventQueue<Payload>::cancel(EventHandle handle) {
  if (!pending(handle)) return false;
  // What the payload holds is let go now, not when the place is used again.
  if constexpr (!std::is_trivially_destructible_v<Payload>) {
    places_[handle.place].payload = Payload{};
  }
  give_back(handle.place);
  drop_stale_tops();
  if (heap_.size() > 2 * pending_ + stale_allowed) drop_all_stale();
  return true;
}

template <class Payload>
void EventQueue<Payload>::reserve(std::size_t events) {
  places_.reserve(events);
  free_places_.reserve(events);
  heap_.reserve(2 * events + stale_allowed + 1);
}

template <class Payload>
std::size_t EventQueue<Payload>::memory_bytes() const {
  return heap_.capacity() * sizeof(Entry) + places_.capacity() * sizeof(Place) +
         free_places_.capacity() * sizeof(std::uint32_t);
}

template <class Payload>
void EventQueue<Payload>::clear() {
  heap_.clear();
  places_.clear();
  free_places_.clear();
  pending_ = 0;
}

template <class Payload>
void EventQueue<Payload>::give_back(std::uint32_t place) {
  places_[place].order = free_place;
  free_places_.push_back(place);
  --pending_;
}

template <class Payload>
void EventQueue<Payload>::remove_first() {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (heap_.empty()) return;
  heap_.front() = last;
  sift_down(0);
}

template <class Payload>
void EventQueue<Payload>::drop_stale_tops() {
  while (!heap_.empty() && stale(heap_.front())) remove_first();
}

template <class Payload>
void EventQueue<Payload>::drop_all_stale() {
  std::erase_if(heap_, [this](const Entry& entry) { return stale(entry); });
  if (heap_.size() < 2) return;
  for (std::size_t at = (heap_.size() - 2) / children + 1; at-- > 0;) sift_down(at);
}

template <class Payload>
void EventQueue<Payload>::sift_up(std::size_t at) {
  const Entry moving = heap_[at];
  while (at > 0) {
    const std::size_t parent = (at - 1) / children;
    if (!moving.before(heap_[parent])) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = moving;
}

template <class Payload>
void EventQueue<Payload>::sift_down(std::size_t at) {
  const Entry moving = heap_[at];
  const std::size_t size = heap_.size();
  while (true) {
    const std::size_t first = at * children + 1;
    if (first >= size) break;
    std::size_t best = first;
    const std::size_t end = std::min(first + children, size);
    for (std::size_t child = first + 1; child < end; ++child) {
      if (heap_[child].before(heap_[best])) best = child;
    }
    if (!heap_[best].before(moving)) break;
    heap_[at] = heap_[best];
    at = best;
  }
  heap_[at] = moving;
}

}  // namespace holdfast
