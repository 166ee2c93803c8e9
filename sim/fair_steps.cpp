#include <holdfast/sim/fair_steps.h>

#include <algorithm>

namespace holdfast {
namespace {

// A moment of an untimed walk that is as `just_now` and was so before the step.
constexpr Moment still_young{1};

class KeyWriter {
 public:
  template <class T>
  KeyWriter& operator<<(T value) {
    const auto number = static_cast<std::uint64_t>(value);
    const int bytes = static_cast<int>(sizeof(T));
    for (int i = 0; i < bytes; ++i) key_ += static_cast<char>(number >> (8 * i) & 0xff);
    return *this;
  }
  KeyWriter& operator<<(const IndexSet& set) {
    set.for_each([this](std::uint16_t member) { *this << member; });
    return *this << none;
  }
  ProcessKey take() { return std::move(key_); }

 private:
  ProcessKey key_;
};

// As packing keeps it.
void write_row(KeyWriter& key, const TaskRow& row) {
  key << row.status << row.stage << row.confirmed << row.agent << (row.retry_count != 0);
}

void write_procedure(KeyWriter& key, const World& world, const Procedure& p) {
  key << p.depth;
  for (std::size_t i = 0; i < p.depth; ++i) key << p.stack[i].program << p.stack[i].at;
  const bool own = p.memory != none && p.memory >= world.replicas.size();
  key << p.replica << p.sender << (own ? none - 1 : p.memory);
  key << p.pool << p.workspace << p.task << p.pod << p.slot << p.agent << p.action << p.outcome;
  key << p.failed << p.flag << p.count << p.wanted << p.removed << p.reason;
  key << p.min_replicas << p.max_replicas;
  for (const PoolBounds& pool : p.later) key << pool.min_replicas << pool.max_replicas;
  write_row(key, p.row);
  key << p.pods << p.dead << p.running << p.waiting;
}

void write_age(KeyWriter& key, const World& world, std::uint16_t wanted) {
  std::uint16_t place = 0;
  for_each_owned_age(world, [&](Age age, std::size_t whose, const Moment&) {
    if (place++ == wanted) key << age << whose;
  });
}

bool window_changes(const World& world, const Step& step) {
  return step.kind == StepKind::time_passes && age_of(world, step) == Age::freeze_window;
}

bool is_free(const World& world, const Step& step) {
  return step.kind == StepKind::submit || step.kind == StepKind::confirm ||
         step.kind == StepKind::server_stops || among(user_kinds, step.kind) ||
         among(fault_kinds, step.kind) || window_changes(world, step);
}

// A message without a connection can only be lost. Any other failure is a fault.
bool is_fault(const World& world, const Step& step) {
  if (step.fault == Fault::none) return false;
  if (step.kind != StepKind::procedure) return true;
  const Procedure& p = world.procedures[step.actor];
  if (p.replica != none || p.sender >= world.agents.size()) return true;
  return world.agents[p.sender].state == AgentState::connected;
}

}  // namespace

ProcessKey process_of(const World& world, const Step& step) {
  if (is_free(world, step) || is_fault(world, step)) return {};
  KeyWriter key;
  key << step.kind;
  switch (step.kind) {
    case StepKind::procedure:
      write_procedure(key, world, world.procedures[step.actor]);
      break;
    case StepKind::timer:
      if (step.actor == none) {
        key << none << step.argument << step.choice;
      } else {
        const Timer& timer = world.timers[step.actor];
        key << timer.kind << timer.replica << timer.workspace;
      }
      break;
    case StepKind::agent_finishes: {
      const auto place = static_cast<std::size_t>(step.choice / work_results);
      const AgentWork& work = world.agents[step.actor].work[place];
      key << step.actor << work.task << work.action;
      break;
    }
    case StepKind::time_passes:
      write_age(key, world, step.actor);
      break;
    default:
      key << step.actor;
  }
  return key.take();
}

ProcessKey process_of(const World& world, Move move) {
  const RawStep& last = move.back();
  if (last.who == none) return process_of(world, last.step);
  const auto first = std::find_if(move.begin(), move.end(),
                                  [&](const RawStep& raw) { return raw.who == last.who; });
  const bool fails = std::any_of(first + 1, move.end(), [&](const RawStep& raw) {
    return raw.who == last.who && raw.step.fault != Fault::none;
  });
  return fails ? ProcessKey() : process_of(world, first->step);
}

void FairSteps::begin(StateBytes state) {
  space_.unpack(state, here_);
  listed_ = space_.steps(*work_, here_);
  marked_ = here_;
  any_young_ = false;
  const AgeSet ages = *space_.bounds().ages & ~age_bit(Age::creation_past);
  if (ages == 0) return;
  for_each_age(marked_.world, [&](Age age, Moment& moment) {
    if ((ages & age_bit(age)) == 0 || moment != just_now) return;
    moment = still_young;
    any_young_ = true;
  });
}

// False if the step is left out and nobody is bound to take it.
bool FairSteps::take(const Step& step) {
  taken_.step = step;
  taken_.by = process_of(here_.world, step);
  taken_.also.clear();
  taken_.after = {};
  next_ = marked_;
  taken_.violated = 0;
  if (space_.walk(*work_, next_, step, taken_.violated)) {
    taken_.after = {bytes_.data(), space_.pack(*work_, next_, bytes_.data())};
    if (any_young_) find_renewed();
  }
  if (!taken_.after.empty()) return true;
  return !taken_.by.empty() && !space_.has_nothing_to_do(here_.world, step);
}

void FairSteps::find_renewed() {
  for_each_owned_age(next_.world, [&](Age age, std::size_t whose, const Moment& now) {
    if (now != just_now) return;
    bool was_young = false;
    for_each_owned_age(marked_.world, [&](Age other, std::size_t owner, const Moment& then) {
      was_young = was_young || (other == age && owner == whose && then == still_young);
    });
    if (!was_young) return;
    KeyWriter key;
    key << StepKind::time_passes << age << whose;
    taken_.also.push_back(key.take());
  });
}

}  // namespace holdfast
