#include <holdfast/sim/faults.h>

#include <algorithm>

namespace holdfast {
namespace {

constexpr std::uint64_t million = 1'000'000;

bool fails_so(Fault fault, const Instruction& instruction) {
  const bool changes = instruction.verb != Verb::list && instruction.verb != Verb::get_secret;
  switch (fault) {
    case Fault::cluster_error: return instruction.store == Store::cluster;
    case Fault::cluster_timeout: return instruction.store == Store::cluster && changes;
    case Fault::stale_list: return instruction.verb == Verb::list;
    case Fault::database_error: return instruction.store == Store::database;
    case Fault::message_lost:
    case Fault::message_duplicated: return instruction.store == Store::channel;
    default: return false;
  }
}

}  // namespace

Faults::Faults(const Scenario& scenario, RandomStreams& streams)
    : scenario_(scenario), streams_(streams) {
  const FaultRates& rates = scenario.faults;
  any_rate_ = rates.cluster_error_ppm != 0 || rates.cluster_timeout_ppm != 0 ||
              rates.stale_list_ppm != 0 || rates.database_error_ppm != 0 ||
              rates.message_lost_ppm != 0 || rates.message_duplicated_ppm != 0;
  breakages_ = {{StepKind::pod_crashes, rates.pod_crash},
                {StepKind::pod_evicted, rates.eviction},
                {StepKind::pod_lost, rates.node_loss},
                {StepKind::agent_disconnects, rates.agent_disconnect},
                {StepKind::agent_falls_silent, rates.agent_silence},
                {StepKind::server_stops, rates.replica_crash}};
}

bool Faults::calm(Moment now) const {
  return scenario_.faults.until_us >= 0 &&
         now.us - scenario_.start.us >= scenario_.faults.until_us;
}

Fault Faults::draw(const Instruction& instruction, Moment now) {
  for (const Pending& pending : next_) {
    if (pending.count > 0 && fails_so(pending.fault, instruction) &&
        (pending.verb == Verb::none || pending.verb == instruction.verb)) {
      return pending.fault;
    }
  }
  if (!any_rate_ || calm(now)) return Fault::none;
  const FaultRates& rates = scenario_.faults;
  const std::pair<Fault, std::int64_t> chances[] = {
      {Fault::cluster_error, rates.cluster_error_ppm},
      {Fault::cluster_timeout, rates.cluster_timeout_ppm},
      {Fault::stale_list, rates.stale_list_ppm},
      {Fault::database_error, rates.database_error_ppm},
      {Fault::message_lost, rates.message_lost_ppm},
      {Fault::message_duplicated, rates.message_duplicated_ppm},
  };
  for (const auto& [fault, ppm] : chances) {
    if (ppm == 0 || !fails_so(fault, instruction)) continue;
    // A stream of its own for each kind: switching one on shifts no other.
    RandomStream& stream = streams_.stream("fault", static_cast<std::uint64_t>(fault));
    if (stream.chance(static_cast<std::uint64_t>(ppm), million)) return fault;
  }
  return Fault::none;
}

void Faults::spend(Fault fault, const Instruction& instruction) {
  for (Pending& pending : next_) {
    if (pending.count > 0 && pending.fault == fault &&
        (pending.verb == Verb::none || pending.verb == instruction.verb)) {
      --pending.count;
      return;
    }
  }
}

void Faults::schedule(const std::function<void(std::uint16_t, std::int64_t)>& set) {
  for (std::size_t i = 0; i < breakages_.size(); ++i) {
    if (breakages_[i].gap.is_never()) continue;
    set(static_cast<std::uint16_t>(i), breakages_[i].gap.draw_us(streams_.stream("breakage", i)));
  }
}

Step Faults::strike(std::uint16_t index, const World& world, Moment now,
                    const std::function<void(std::int64_t)>& again) {
  Step step{.kind = breakages_[index].kind};
  if (calm(now)) return step;
  RandomStream& stream = streams_.stream("breakage", index);
  again(breakages_[index].gap.draw_us(stream));
  std::vector<std::uint16_t> targets;
  if (step.kind == StepKind::server_stops) {
    for (std::size_t r = 0; r < world.replicas.size(); ++r) {
      if (world.replicas[r].state != ReplicaState::down) {
        targets.push_back(static_cast<std::uint16_t>(r));
      }
    }
  } else {
    const bool agent = step.kind == StepKind::agent_disconnects ||
                       step.kind == StepKind::agent_falls_silent;
    for (std::size_t p = 0; p < world.pods.size(); ++p) {
      const bool there = agent ? world.agents[p].state == AgentState::connected
                         : step.kind == StepKind::pod_crashes
                             ? world.pods[p].state == PodState::running
                             : lives(world.pods[p]);
      if (there) targets.push_back(static_cast<std::uint16_t>(p));
    }
  }
  if (!targets.empty()) step.actor = targets[stream.below(targets.size())];
  return step;
}

}  // namespace holdfast
