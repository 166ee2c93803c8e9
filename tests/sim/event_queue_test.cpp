#include <holdfast/sim/event_queue.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/random.h>

namespace holdfast {
namespace {

using Queue = EventQueue<int>;

std::vector<int> all_popped(Queue queue) {
  std::vector<int> payloads;
  while (!queue.empty()) payloads.push_back(queue.pop().payload);
  return payloads;
}

TEST(EventQueue, earlier_events_leave_first) {
  Queue queue;
  queue.push(30, 0, 3);
  queue.push(-10, 0, 1);
  queue.push(20, 0, 2);
  EXPECT_EQ(queue.top_time_us(), -10);
  EXPECT_EQ(queue.top(), 1);
  EXPECT_EQ(all_popped(queue), (std::vector<int>{1, 2, 3}));
}

TEST(EventQueue, of_one_time_the_lower_priority_leaves_first_then_the_one_pushed_first) {
  Queue queue;
  queue.push(5, 255, 4);
  queue.push(5, 7, 2);
  queue.push(5, 7, 3);
  queue.push(5, 0, 1);
  queue.push(4, 200, 0);
  EXPECT_EQ(queue.top_priority(), 200);
  EXPECT_EQ(all_popped(queue), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(EventQueue, an_event_carries_its_key) {
  Queue queue;
  queue.push(1, 1, 10);
  queue.push(INT64_MIN, 255, 11);
  const Queue::Event event = queue.pop();
  EXPECT_EQ(event.time_us, INT64_MIN);
  EXPECT_EQ(event.priority, 255);
  EXPECT_EQ(event.sequence, 1u);
  EXPECT_EQ(event.payload, 11);
}

TEST(EventQueue, a_cancelled_event_does_not_come) {
  Queue queue;
  queue.push(1, 0, 1);
  const EventHandle second_event = queue.push(2, 0, 2);
  queue.push(3, 0, 3);
  EXPECT_TRUE(queue.pending(second_event));
  EXPECT_TRUE(queue.cancel(second_event));
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(all_popped(queue), (std::vector<int>{1, 3}));
}

TEST(EventQueue, cancelling_the_top_shows_the_next) {
  Queue queue;
  const EventHandle first = queue.push(1, 0, 1);
  const EventHandle next = queue.push(2, 0, 2);
  queue.push(3, 0, 3);
  queue.cancel(next);
  queue.cancel(first);
  EXPECT_EQ(queue.top(), 3);
}

TEST(EventQueue, a_handle_of_an_event_that_left_does_nothing) {
  Queue queue;
  const EventHandle popped = queue.push(1, 0, 1);
  const EventHandle cancelled = queue.push(2, 0, 2);
  queue.pop();
  queue.cancel(cancelled);
  // The places of both are used again.
  queue.push(3, 0, 3);
  queue.push(4, 0, 4);
  EXPECT_FALSE(queue.pending(popped));
  EXPECT_FALSE(queue.cancel(popped));
  EXPECT_FALSE(queue.cancel(cancelled));
  EXPECT_FALSE(queue.cancel(EventHandle{}));
  EXPECT_EQ(all_popped(queue), (std::vector<int>{3, 4}));
}

TEST(EventQueue, clearing_makes_old_handles_useless) {
  Queue queue;
  const EventHandle old = queue.push(1, 0, 1);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  queue.push(2, 0, 2);
  EXPECT_FALSE(queue.cancel(old));
  EXPECT_EQ(queue.size(), 1u);
}

TEST(EventQueue, a_copy_goes_its_own_way) {
  Queue queue;
  const EventHandle handle = queue.push(1, 0, 1);
  queue.push(2, 0, 2);
  Queue copy = queue;
  EXPECT_TRUE(copy.cancel(handle));
  EXPECT_EQ(all_popped(copy), (std::vector<int>{2}));
  EXPECT_EQ(all_popped(queue), (std::vector<int>{1, 2}));
}

TEST(EventQueue, a_cancelled_payload_is_let_go_at_once) {
  EventQueue<std::shared_ptr<int>> queue;
  const auto held = std::make_shared<int>(598);
  queue.push(1, 0, held);
  const EventHandle handle = queue.push(2, 0, held);
  EXPECT_EQ(held.use_count(), 3);
  queue.cancel(handle);
  EXPECT_EQ(held.use_count(), 2);
  queue.pop();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(EventQueue, payloads_need_not_be_copied) {
  EventQueue<std::unique_ptr<std::string>> queue;
  queue.push(1, 0, std::make_unique<std::string>("kept"));
  for (int i = 0; i < 100; ++i) queue.push(2, 0, nullptr);
  EXPECT_EQ(*queue.pop().payload, "kept");
}

// A retry timer is set and cancelled far more often than it fires.
TEST(EventQueue, memory_stays_while_events_come_go_and_are_cancelled) {
  Queue queue;
  queue.reserve(100);
  const std::size_t memory_bytes = queue.memory_bytes();
  RandomStream random(1, "events");
  std::vector<EventHandle> timers(50);
  for (int round = 0; round < 200'000; ++round) {
    EventHandle& timer = timers[random.below(timers.size())];
    queue.cancel(timer);
    timer = queue.push(round + 86'400'000, 0, round);
    queue.push(round + random.between(0, 30), 1, round);
    while (queue.top_time_us() <= round) queue.pop();
    ASSERT_LE(queue.size(), 100u);
  }
  EXPECT_EQ(queue.memory_bytes(), memory_bytes);
}

TEST(EventQueue, reserved_room_is_kept_to) {
  Queue queue;
  queue.reserve(1000);
  const std::size_t memory_bytes = queue.memory_bytes();
  for (int i = 0; i < 1000; ++i) queue.push(i % 7, 0, i);
  EXPECT_EQ(queue.memory_bytes(), memory_bytes);
  queue.push(0, 0, 1000);
  EXPECT_GT(queue.memory_bytes(), memory_bytes);
}

// Moves of a generated course: what to do, time, priority, and which handle to cancel.
using Course = std::vector<std::tuple<int, int, int, int>>;

// The queue beside a sorted map that finds everything by its whole key.
void follow(const Course& course, int time_range) {
  Queue queue;
  std::map<std::tuple<std::int64_t, std::uint8_t, std::uint64_t>, int> oracle;
  std::vector<std::pair<EventHandle, decltype(oracle)::key_type>> handles;
  int payload = 0;
  for (const auto& [what, time, priority, choice] : course) {
    if (what < 5) {
      const auto key = std::make_tuple(std::int64_t{time % time_range},
                                       static_cast<std::uint8_t>(priority), handles.size());
      handles.emplace_back(queue.push(std::get<0>(key), std::get<1>(key), payload), key);
      oracle.emplace(key, payload++);
    } else if (what < 7 && !oracle.empty()) {
      const Queue::Event event = queue.pop();
      const auto first = oracle.begin();
      RC_ASSERT(std::make_tuple(event.time_us, event.priority, event.sequence) == first->first);
      RC_ASSERT(event.payload == first->second);
      oracle.erase(first);
    } else if (!handles.empty()) {
      const auto& [handle, key] = handles[static_cast<std::size_t>(choice) % handles.size()];
      const bool was_pending = oracle.erase(key) == 1;
      RC_ASSERT(queue.pending(handle) == was_pending);
      RC_ASSERT(queue.cancel(handle) == was_pending);
      RC_ASSERT(!queue.pending(handle));
    }
    RC_ASSERT(queue.size() == oracle.size());
    if (!oracle.empty()) RC_ASSERT(queue.top() == oracle.begin()->second);
  }
  while (!oracle.empty()) {
    RC_ASSERT(queue.pop().payload == oracle.begin()->second);
    oracle.erase(oracle.begin());
  }
  RC_ASSERT(queue.empty());
}

rc::Gen<Course> courses(int longest) {
  const auto move = rc::gen::tuple(rc::gen::inRange(0, 10), rc::gen::inRange(0, 10'000),
                                   rc::gen::inRange(0, 256), rc::gen::inRange(0, 100'000));
  return rc::gen::resize(longest, rc::gen::container<Course>(move));
}

RC_GTEST_PROP(EventQueue, short_courses_with_many_ties_agree_with_a_sorted_map, ()) {
  follow(*courses(60), 4);
}

RC_GTEST_PROP(EventQueue, long_courses_agree_with_a_sorted_map, ()) {
  follow(*rc::gen::noShrink(courses(3000)), 10'000);
}

}  // namespace
}  // namespace holdfast
