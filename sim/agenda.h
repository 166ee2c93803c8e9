// What the simulator has scheduled: for every actor at most one thing of each kind, so that setting
// it again replaces what was set before.
//
// Thread safety: one Agenda per thread.
#pragma once

#include <vector>

#include <holdfast/model/ids.h>
#include <holdfast/sim/event_queue.h>

namespace holdfast {

enum class AlarmKind : std::uint8_t {
  happening, random_fault, timer, pod, agent_start, agent_connect, agent_stop, work, replica_start,
  replica_ready, leader, confirm, local_work, procedure
};
inline constexpr std::size_t alarm_kind_count = static_cast<std::size_t>(AlarmKind::procedure) + 1;

struct Alarm {
  AlarmKind kind = AlarmKind::procedure;
  std::uint16_t index = 0;      // of the actor
  std::uint32_t detail = 0;     // work: task and action
};

class Agenda {
 public:
  // Replaces what is set for (kind, index), but for `work`, of which an agent may have several.
  void set(AlarmKind kind, std::uint16_t index, std::int64_t at_us, std::uint32_t detail = 0) {
    const EventHandle handle =
        queue_.push(at_us, priority(kind), {kind, index, detail});
    if (kind == AlarmKind::work) return;
    EventHandle& known = slot(kind, index);
    queue_.cancel(known);
    known = handle;
  }
  void clear(AlarmKind kind, std::uint16_t index) { queue_.cancel(slot(kind, index)); }
  bool is_set(AlarmKind kind, std::uint16_t index) { return queue_.pending(slot(kind, index)); }

  bool empty() const { return queue_.empty(); }
  std::int64_t next_us() const { return queue_.top_time_us(); }
  Alarm pop() { return queue_.pop().payload; }

 private:
  // The order of what is due at one moment, named in simulator.h.
  static std::uint8_t priority(AlarmKind kind) {
    switch (kind) {
      case AlarmKind::happening:
      case AlarmKind::random_fault: return 0;
      case AlarmKind::timer: return 1;
      case AlarmKind::procedure: return 3;
      default: return 2;
    }
  }
  EventHandle& slot(AlarmKind kind, std::uint16_t index) {
    std::vector<EventHandle>& handles = handles_[static_cast<std::size_t>(kind)];
    if (index >= handles.size()) handles.resize(index + 1u);
    return handles[index];
  }

  EventQueue<Alarm> queue_;
  std::array<std::vector<EventHandle>, alarm_kind_count> handles_;
};

}  // namespace holdfast
