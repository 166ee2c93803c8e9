#include <holdfast/sim/happenings.h>

namespace holdfast {
namespace {

HappeningResult missed(std::string_view why) {
  HappeningResult result;
  result.missed = why;
  return result;
}

HappeningResult step(StepKind kind, std::uint16_t actor) {
  HappeningResult result;
  result.has_step = true;
  result.step = {.kind = kind, .actor = actor};
  return result;
}

TaskIndex task_numbered(const World& world, std::uint32_t number) {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    if (world.tasks[i].exists && world.tasks[i].number == number) {
      return static_cast<TaskIndex>(i);
    }
  }
  return none;
}

// A request lands on the replica that the scenario names, else on any that is not down.
HappeningResult request(const HappeningContext& context, const Happening& happening,
                        HappeningResult result) {
  std::vector<ReplicaIndex> up;
  for (std::size_t r = 0; r < context.world.replicas.size(); ++r) {
    if (happening.replica != none && r != happening.replica) continue;
    if (context.world.replicas[r].state != ReplicaState::down) {
      up.push_back(static_cast<ReplicaIndex>(r));
    }
  }
  if (up.empty()) return missed("no server is up to take the request");
  const std::size_t which = up.size() == 1 ? 0 : context.streams.stream("request").below(up.size());
  result.step.replica = up[which];
  result.step.argument = happening.argument;
  return result;
}

HappeningResult server(const HappeningContext& context, const Happening& happening) {
  const ReplicaIndex replica = happening.replica == none ? 0 : happening.replica;
  if (replica >= context.world.replicas.size()) return missed("there is no such replica");
  const bool down = context.world.replicas[replica].state == ReplicaState::down;
  if (happening.kind == ActionKind::start) {
    if (!down) return missed("the server is up");
    return step(StepKind::server_starts, replica);
  }
  if (down) return missed("the server is down");
  return step(StepKind::server_stops, replica);
}

HappeningResult pod(const HappeningContext& context, const Happening& happening) {
  const PodIndex index = pod_of_ordinal(context.world, context.ordinals, happening.pod);
  if (index == none) return missed("there is no such pod");
  const Pod& pod = context.world.pods[index];
  const Agent& agent = context.world.agents[index];
  switch (happening.kind) {
    case ActionKind::crash_pod:
      if (pod.state != PodState::running) return missed("the pod does not run");
      return step(StepKind::pod_crashes, index);
    case ActionKind::succeed_pod:
      if (pod.state != PodState::running) return missed("the pod does not run");
      return step(StepKind::pod_succeeds, index);
    case ActionKind::evict_pod:
      if (!lives(pod)) return missed("the pod does not live");
      return step(StepKind::pod_evicted, index);
    case ActionKind::lose_node:
      if (!lives(pod)) return missed("the pod does not live");
      return step(StepKind::pod_lost, index);
    default:
      if (agent.state != AgentState::connected) return missed("the agent is not connected");
      return step(happening.kind == ActionKind::silence_agent ? StepKind::agent_falls_silent
                                                              : StepKind::agent_disconnects,
                  index);
  }
}

}  // namespace

PodIndex pod_of_ordinal(const World& world, const PodOrdinals& ordinals, std::uint16_t ordinal) {
  if (ordinal >= ordinals.size()) return none;
  const auto& [index, created] = ordinals[ordinal];
  return world.pods[index].created == created ? index : none;
}

HappeningResult plan_happening(const HappeningContext& context, const Happening& happening) {
  const World& world = context.world;
  switch (happening.kind) {
    case ActionKind::restart:
    case ActionKind::stop:
    case ActionKind::start: return server(context, happening);
    case ActionKind::submit: return request(context, happening, step(StepKind::submit, none));
    case ActionKind::save_config:
      return request(context, happening, step(StepKind::save_config, none));
    case ActionKind::confirm:
    case ActionKind::cancel: {
      const TaskIndex task = task_numbered(world, happening.task);
      if (task == none) return missed("there is no such task");
      const StepKind kind =
          happening.kind == ActionKind::confirm ? StepKind::confirm : StepKind::cancel;
      return request(context, happening, step(kind, task));
    }
    case ActionKind::sync:
      return request(context, happening, step(StepKind::sync, happening.pool));
    case ActionKind::unfreeze:
      return request(context, happening, step(StepKind::unfreeze, happening.pool));
    case ActionKind::rotate_token:
      return request(context, happening, step(StepKind::rotate_token, happening.pool));
    case ActionKind::crash_pod:
    case ActionKind::succeed_pod:
    case ActionKind::evict_pod:
    case ActionKind::lose_node:
    case ActionKind::disconnect_agent:
    case ActionKind::silence_agent: return pod(context, happening);
    case ActionKind::fail_calls: return {};
    case ActionKind::clock_step: {
      HappeningResult result;
      result.advance_us = happening.duration_us;
      return result;
    }
    case ActionKind::lose_leader:
      if (world.leader == none) return missed("no replica leads");
      return step(StepKind::server_stops, world.leader);
  }
  return {};
}

}  // namespace holdfast
