#include <holdfast/sim/event_fingerprint.h>

namespace holdfast {
namespace {

// Every struct is taken apart by name: one more field does not compile until it is added here.

template <typename T>
std::uint64_t word(T value) {
  return static_cast<std::uint64_t>(value);
}

void add_set(Fingerprint& f, const IndexSet& set) {
  f.add_number(word(set.size()));
  set.for_each([&](std::uint16_t i) { f.add_number(i); });
}

void add_row(Fingerprint& f, const TaskRow& row) {
  const auto& [status, stage, confirmed, agent, retry_count, started, completed] = row;
  f.add_number(word(status) | word(stage) << 8 | word(confirmed) << 16 | word(retry_count) << 24 |
               word(agent) << 32);
  f.add_number(word(started.us));
  f.add_number(word(completed.us));
}

void add_procedure(Fingerprint& f, const Procedure& procedure) {
  const auto& [depth, stack, replica, sender, memory, pool, workspace, task, pod, slot, agent,
               action, outcome, failed, flag, count, wanted, removed, reason, min_replicas,
               max_replicas, later, wake, began, row, pods, dead, running, waiting] = procedure;
  static_cast<void>(began);  // no step writes it
  for (std::size_t i = 0; i < depth; ++i) {
    const auto& [program, at] = stack[i];
    f.add_number(word(program) << 8 | at);
  }
  f.add_number(word(replica) | word(sender) << 16 | word(memory) << 32 | word(pool) << 48);
  f.add_number(word(workspace) | word(task) << 16 | word(pod) << 32 | word(agent) << 48);
  f.add_number(word(slot) | word(action) << 8 | word(outcome) << 16 | word(failed) << 24 |
               word(flag) << 32 | word(reason) << 40 | word(depth) << 48);
  f.add_number(word(static_cast<std::uint16_t>(count)) |
               word(static_cast<std::uint16_t>(wanted)) << 16 |
               word(static_cast<std::uint16_t>(removed)) << 32);
  f.add_number(word(min_replicas));
  f.add_number(word(max_replicas));
  if (!later.empty()) f.add_number(word(later.size()));
  for (const PoolBounds& bounds : later) {
    const auto& [least, most] = bounds;
    f.add_number(word(least));
    f.add_number(word(most));
  }
  f.add_number(word(wake.us));
  add_row(f, row);
  add_set(f, pods);
  add_set(f, dead);
  add_set(f, running);
  add_set(f, waiting);
}

void add_freeze(Fingerprint& f, const std::vector<FreezeSchedule>& windows) {
  f.add_number(windows.size());
  for (const FreezeSchedule& window : windows) {
    const auto& [from_minute, to_minute, weekdays] = window;
    f.add_number(word(from_minute) | word(to_minute) << 16 | word(weekdays) << 32);
  }
}

}  // namespace

void add_event(Fingerprint& f, const Event& event) {
  const auto& [type, reason, task_type, status, action, fault, mode, timer, slot, flag, pool,
               workspace, task, pod, replica, memory, procedure, place, n, time, at, pods, others,
               row, freeze, after] = event;
  f.add_number(word(type) | word(reason) << 8 | word(task_type) << 16 | word(status) << 24 |
               word(action) << 32 | word(fault) << 40 | word(mode) << 48 | word(timer) << 56);
  f.add_number(word(slot) | word(flag) << 8 | word(pool) << 16 | word(workspace) << 32 |
               word(task) << 48);
  // Most events carry none of the great parts: a bit says which are there.
  const bool has_row = row != TaskRow{};
  const bool has_after = after.depth != 0;
  f.add_number(word(pod) | word(replica) << 16 | word(memory) << 32 | word(procedure) << 48);
  f.add_number(word(place) | word(has_row) << 16 | word(has_after) << 17);
  for (const std::int64_t number : n) f.add_number(word(number));
  f.add_number(word(time.us));
  f.add_number(word(at.us));
  add_set(f, pods);
  add_set(f, others);
  if (has_row) add_row(f, row);
  add_freeze(f, freeze);
  if (has_after) add_procedure(f, after);
}

}  // namespace holdfast
