#include <algorithm>
#include <array>
#include <vector>

#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>
#include <holdfast/model/slot_rules.h>

namespace holdfast {
namespace {

enum : std::uint8_t { at_a, at_a_synced, at_e, at_f, at_g, at_h };

void sync_first(Turn& t) { t.call(Program::sync_pods, at_a_synced); }

void leave_unless_synced(Turn& t) {
  if (take_failed(t)) return t.fail();
  t.go(at_e);
}

void query_tasks(Turn& t) {
  if (t.call_fails()) return t.go(at_g);
  for (std::size_t i = 0; i < t.world.tasks.size(); ++i) {
    const Task& task = t.world.tasks[i];
    if (!of_pool(t, task) || task.row.agent == none) continue;
    if (is_running(task.row.status)) t.self.running.insert(static_cast<TaskIndex>(i));
    if (is_waiting(task.row.status)) t.self.waiting.insert(static_cast<TaskIndex>(i));
  }
  t.go(at_f);
}

Event& emit_slot(Turn& t, EventType type, PodIndex pod, SlotIndex slot, TaskIndex task) {
  Event& event = t.emit(type, pod);
  event.slot = slot;
  event.task = task;
  event.reason = Reason::reconcile;
  return event;
}

// The pods of one memory as they will be when what this step decided so far is folded.
class Belief {
 public:
  explicit Belief(Turn& t) : t_(t), pods_(t.memory().pods) {}

  void compare();
  void rebuild();

 private:
  void place(TaskIndex task);
  SlotIndex slot_for(const Task& task) const;

  Turn& t_;
  std::vector<ManagedPod> pods_;
};

void Belief::compare() {
  for (std::size_t i = 0; i < pods_.size(); ++i) {
    if (!pods_[i].known() || pods_[i].pool != t_.self.pool) continue;
    const auto pod = static_cast<PodIndex>(i);
    for (SlotIndex s = 0; s < slots_per_pod; ++s) {
      Slot& slot = pods_[i].slots[s];
      if (slot.state == SlotState::idle) continue;
      if (t_.self.waiting.contains(slot.task)) {
        if (slot.state == SlotState::reserved) continue;
        emit_slot(t_, EventType::slot_reserved, pod, s, slot.task).task_type = slot.type;
        slot.state = SlotState::reserved;
      } else if (!t_.self.running.contains(slot.task)) {
        emit_slot(t_, EventType::slot_released, pod, s, slot.task);
        slot = Slot{};
      }
    }
  }
}

// `from_database`: every answered task that no slot holds goes where its plan ran, the oldest
// first.
void Belief::rebuild() {
  std::vector<TaskIndex> tasks;
  const auto add = [&](TaskIndex task) { tasks.push_back(task); };
  t_.self.running.for_each(add);
  t_.self.waiting.for_each(add);
  std::sort(tasks.begin(), tasks.end(), [&](TaskIndex a, TaskIndex b) {
    return t_.world.tasks[a].number < t_.world.tasks[b].number;
  });
  for (const TaskIndex task : tasks) {
    if (!place_of(t_.memory(), task).found()) place(task);
  }
}

void Belief::place(TaskIndex index) {
  const Task& task = t_.world.tasks[index];
  const SlotIndex s = slot_for(task);
  if (s == no_slot) return;
  Slot& slot = pods_[task.row.agent].slots[s];
  const bool waits = t_.self.waiting.contains(index);
  Event& event = emit_slot(t_, waits ? EventType::slot_reserved : EventType::slot_assigned,
                           task.row.agent, s, index);
  event.task_type = task.type;
  event.reason = Reason::rebuild;
  slot.state = waits ? SlotState::reserved : SlotState::running;
  slot.task = index;
  slot.type = task.type;
}

// The slot where its plan ran if that is Idle and allowed, else the lowest that is, else none.
SlotIndex Belief::slot_for(const Task& task) const {
  const PodIndex pod = task.row.agent;
  if (pod >= pods_.size() || !pods_[pod].known() || pods_[pod].pool != t_.self.pool) return no_slot;
  const ManagedPod& managed = pods_[pod];
  if (task.plan_pod == pod && task.plan_slot < slots_per_pod &&
      may_take(t_.knobs, managed, task.plan_slot, task.type)) {
    return task.plan_slot;
  }
  for (SlotIndex s = 0; s < slots_per_pod; ++s) {
    if (may_take(t_.knobs, managed, s, task.type)) return s;
  }
  return no_slot;
}

// Keeps those of `waiting` whose pod is gone, if something is to be done about them now.
void keep_lost(Turn& t) {
  IndexSet lost;
  t.self.waiting.for_each([&](TaskIndex task) {
    if (t.managed(t.world.tasks[task].row.agent) == nullptr) lost.insert(task);
  });
  t.self.waiting = t.knobs.lost_pod == LostPod::replan_at_once ? lost : IndexSet{};
}

void compare_slots(Turn& t) {
  Belief belief(t);
  belief.compare();
  const bool counts_slots = t.knobs.slots != SlotsKnob::none;
  if (t.knobs.slot_rebuild == SlotRebuild::from_database && counts_slots) belief.rebuild();
  Event& reconciled = t.emit(EventType::memory_slots_reconciled);
  reconciled.pods = managed_pods(t.memory(), t.self.pool);
  reconciled.others = t.self.waiting;
  t.self.running.clear();
  keep_lost(t);
  t.go(t.self.waiting.empty() ? at_g : at_h);
}

// What a user has confirmed or not is the old plan, and it went with its pod.
void plan_lost_again(Turn& t) {
  const TaskIndex task = t.self.waiting.front();
  TaskRow row = t.world.tasks[task].row;
  if (!t.call_fails() && is_waiting(row.status)) {
    row.status = TaskStatus::pending;
    row.stage = TaskStage::pending;
    row.confirmed = false;
    row.agent = none;
    row.started = never;
    t.save(EventType::task_reset, task, row).reason = Reason::lost_pod;
    spawn_try_next(t, t.world.tasks[task].workspace);
  }
  t.self.waiting.erase(task);
  if (t.self.waiting.empty()) t.go(at_g);
}

void expire_reservations(Turn& t) {
  managed_pods(t.memory(), t.self.pool).for_each([&](PodIndex pod) {
    for (SlotIndex s = 0; s < slots_per_pod; ++s) {
      const Slot& slot = t.managed(pod)->slots[s];
      if (slot.state != SlotState::reserved || !t.clock.reservation_expired(slot)) continue;
      Event& expired = t.emit(EventType::slot_expired, pod);
      expired.slot = s;
      expired.task = slot.task;
    }
  });
  t.done();
}

constexpr Instruction instructions[] = {
    {"a", Store::none, Verb::none, "sync the pods", sync_first},
    {"a", Store::none, Verb::none, "synced or not", leave_unless_synced},
    {"e", Store::database, Verb::query, "tasks that run or wait and have an agent", query_tasks},
    {"f", Store::memory, Verb::write, "compare the slots with them", compare_slots},
    {"g", Store::memory, Verb::write, "release reservations older than 24 h", expire_reservations},
    {"h", Store::database, Verb::save, "a task whose plan is lost with its pod: Pending again",
     plan_lost_again},
};
static_assert(std::size(instructions) == at_h + 1);

}  // namespace

Instructions reconcile_steps() { return instructions; }

}  // namespace holdfast
