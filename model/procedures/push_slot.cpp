#include <holdfast/model/procedures/push.h>

#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/spawning.h>
#include <holdfast/model/slot_rules.h>

namespace holdfast {
namespace {

// The lowest idle slot of `pod` that the task's kind may have; no_slot if there is none.
SlotIndex free_slot(const Knobs& knobs, const ManagedPod& pod, TaskType type) {
  for (SlotIndex slot = 0; slot < slots_per_pod; ++slot) {
    if (may_take(knobs, pod, slot, type)) return slot;
  }
  return no_slot;
}

bool qualifies(const Turn& t, const ManagedPod& pod) {
  if (!pod.known() || pod.pool != t.self.pool) return false;
  if (t.clock.heartbeat_stale(pod)) return false;
  if (t.knobs.needs_agent == NeedsAgent::registered && !pod.agent_known()) return false;
  return free_slot(t.knobs, pod, t.task().type) != no_slot;
}

// The search sees whose heartbeat is stale. A pod without an agent has no offline state, and to see
// it once more changes nothing.
void note_offline(Turn& t) {
  const Memory& memory = t.memory();
  for (std::size_t i = 0; i < memory.pods.size(); ++i) {
    const ManagedPod& pod = memory.pods[i];
    if (pod.state != ManagedPodState::registered || pod.pool != t.self.pool) continue;
    if (!t.clock.heartbeat_stale(pod)) continue;
    t.emit(EventType::memory_pod_offline, static_cast<PodIndex>(i));
  }
}

// The agent that the database knows as online under the pod's name: the one that registered last.
PodIndex online_agent(const Turn& t, PodIndex pod) {
  PodIndex newest = none;
  for (std::size_t i = 0; i < t.world.agents.size() && !t.call_fails(); ++i) {
    const auto place = static_cast<PodIndex>(i);
    const Agent& agent = t.world.agents[i];
    if (!agent.row || !agent.online || !t.clock.same_name(t.world, place, pod)) continue;
    if (newest == none || t.world.agents[newest].registered < agent.registered) newest = place;
  }
  return newest;
}

void register_at_pod(Turn& t) {
  if (t.managed(t.self.pod) == nullptr) return;
  Event& event = t.emit(EventType::memory_agent_registered, t.self.pod);
  if (t.self.agent != t.self.pod) event.pods.insert(t.self.agent);
}

Event& note_slot(Turn& t, EventType type) {
  Event& event = t.emit(type, t.self.pod);
  event.slot = t.self.slot;
  event.task = t.self.task;
  event.task_type = t.task().type;
  return event;
}

void refuse(Turn& t) {
  note_slot(t, EventType::slot_assign_refused).reason = Reason::slot_taken;
  Push::retry_in(t, 5 * second, Reason::slot_taken);
  Push::end(t);
}

}  // namespace

void Push::find_own_slot(Turn& t) {
  Procedure& p = t.self;
  const SlotPlace place = chosen_holder(t);
  if (!place.found()) {
    t.go(t.knobs.lost_pod == LostPod::apply_elsewhere ? at_c1 : at_b4);
    return;
  }
  p.pod = place.pod;
  p.slot = place.slot;
  p.agent = t.managed(place.pod)->agent;
  // Only a release that spares what was Reserved asks for this.
  p.count = t.knobs.release_reserved_on_no_agent ? 0 : 1;
  if (!t.knobs.reuse_marks_running) note_slot(t, EventType::slot_reused);
  if (p.agent == none) {
    t.go(at_b2);
  } else {
    t.go(t.knobs.reuse_marks_running ? at_b3 : at_d1);
  }
}

void Push::find_own_agent(Turn& t) {
  t.self.agent = online_agent(t, t.self.pod);
  const bool writes = t.self.agent != none || t.knobs.reuse_marks_running;
  t.go(writes ? at_b3 : at_d1);
}

void Push::reuse_slot(Turn& t) {
  const ManagedPod* pod = t.managed(t.self.pod);
  if (t.knobs.reuse_marks_running) {
    if (pod == nullptr || pod->slots[t.self.slot].state == SlotState::idle ||
        pod->slots[t.self.slot].task != t.self.task) {
      refuse(t);
      return;
    }
    note_slot(t, EventType::slot_reused).flag = true;
  }
  if (pod != nullptr && t.self.agent != none && !pod->agent_known()) register_at_pod(t);
  t.go(at_d1);
}

void Push::plan_again(Turn& t) {
  if (t.call_fails()) {
    end(t);
    return;
  }
  // What the user confirmed is the old plan.
  TaskRow row = t.self.row;
  row.status = TaskStatus::pending;
  row.stage = TaskStage::pending;
  row.confirmed = false;
  row.agent = none;
  row.started = never;
  t.save(EventType::task_reset, t.self.task, row).reason = Reason::lost_pod;
  spawn_try_next(t, t.task().workspace);
  end(t);
}

void Push::list_free_pods(const Turn& t, std::vector<std::uint16_t>& out) {
  const Memory& memory = t.memory();
  for (std::size_t i = 0; i < memory.pods.size(); ++i) {
    if (qualifies(t, memory.pods[i])) out.push_back(static_cast<std::uint16_t>(i));
  }
  if (out.empty()) out.push_back(none);
}

void Push::take_free_pod(Turn& t) {
  t.emit(EventType::queue_slot_sought).task = t.self.task;
  note_offline(t);
  const PodIndex pod = t.step.choice;
  if (pod == none) {
    Event& event = t.emit(EventType::queue_no_free_slot);
    event.task = t.self.task;
    event.reason = Reason::no_slot;
    retry_in(t, 10 * second, Reason::no_slot);
    end(t);
    return;
  }
  t.self.pod = pod;
  t.self.slot = free_slot(t.knobs, *t.managed(pod), t.task().type);
  t.next();
}

void Push::assign_slot(Turn& t) {
  const ManagedPod* pod = t.managed(t.self.pod);
  if (pod == nullptr || pod->slots[t.self.slot].state != SlotState::idle) {
    refuse(t);
    return;
  }
  note_slot(t, EventType::slot_assigned);
  t.self.agent = pod->agent;
  t.go(pod->agent_known() ? at_d1 : at_c3);
}

void Push::find_agent_of_slot(Turn& t) {
  t.self.agent = online_agent(t, t.self.pod);
  t.go(t.self.agent != none ? at_c4 : at_d1);
}

void Push::register_agent(Turn& t) {
  register_at_pod(t);
  t.go(at_d1);
}

}  // namespace holdfast
