#include <holdfast/sim/platform_space.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include <fmt/format.h>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/lazy_moves.h>
#include <holdfast/sim/opening.h>
#include <holdfast/sim/platform_counters.h>

namespace holdfast {

PlatformSpace::PlatformSpace(const Scenario& scenario) : PlatformSpace(scenario, Options{}) {}

PlatformSpace::PlatformSpace(const Scenario& scenario, const Options& options,
                             std::string_view only)
    : scenario_(scenario), setup_(scenario.setup), options_(options) {
  for (const Event& event : opening(scenario).events) evolve(start_.world, event);
  const std::vector<Timer> timers = start_.world.timers;
  forget_the_clock(start_.world, setup_, Clock::at(scenario.start, scenario.zone_us));
  start_.used.pods = static_cast<std::uint8_t>(scenario.given_pods.size());
  start_.used.tasks = static_cast<std::uint8_t>(scenario.given_tasks.size());
  space_ = space_bounds(scenario);
  if (options.timed) {
    grid_ = grid_of(scenario, space_);
    clock_ = Clock::on_a_grid();
    start_.world.timers = timers;
    begin_on_grid(start_.world, grid_, scenario.start);
  } else if (bounds_.triggers_any_time) {
    for (Timer& timer : start_.world.timers) {
      if (timer.kind == TimerKind::monitor) timer = Timer{};
    }
  }
  PackLimits limits;
  limits.pods = bounds_.pods;
  limits.tasks = bounds_.tasks;
  limits.procedures = bounds_.procedures;
  limits.ages = ages_read(setup_);
  limits.grid = grid_;
  packer_ = std::make_unique<WorldPacker>(start_.world, setup_, limits);
  const std::span<const Property> all = holdfast::properties();
  bit_of_.assign(all.size(), -1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind == PropertyKind::eventually) continue;
    if (all[i].kind == PropertyKind::never) {
      bit_of_[i] = static_cast<int>(never_.size());
      never_.push_back(&all[i]);
    }
    if (all[i].kind == PropertyKind::never && !only.empty() && all[i].name != only) continue;
    for (std::size_t e = 0; e < by_event_.size(); ++e) {
      if (all[i].events.test(e)) by_event_[e].push_back(static_cast<std::uint16_t>(i));
    }
  }
  counters_ = std::make_unique<Counters>(all.size());
  causes_ = std::make_unique<Causes>();
  find_renamings();
}

PlatformSpace::~PlatformSpace() = default;

// Which namings of pods and tasks are as good as another: namings_of(). Workspaces only if they lie
// in one pool, are of one kind, and users may submit the same to each.
void PlatformSpace::find_renamings() {
  namings_ = namings_of(scenario_);
  const auto templates = [&](std::size_t workspace) {
    std::vector<TaskType> types;
    for (const TaskTemplate& task : setup_.tasks) {
      if (task.workspace == workspace) types.push_back(task.type);
    }
    std::sort(types.begin(), types.end());
    return types;
  };
  const auto& workspaces = start_.world.workspaces;
  const auto alike = [&](std::size_t a, std::size_t b) {
    return workspaces[a].pool == workspaces[b].pool && workspaces[a].mode == workspaces[b].mode &&
           templates(a) == templates(b);
  };
  const auto each_order = [](auto& places, int count, auto visit) {
    std::iota(places.begin(), places.end(), std::uint8_t{0});
    if (count == 0) return visit();
    do {
      visit();
    } while (std::next_permutation(places.begin(), places.begin() + count));
  };
  Renaming renaming = Renaming::identity();
  if (count_of_namings(scenario_) > most_namings) return renamings_.push_back(renaming);
  const auto spaces = static_cast<int>(std::min<std::size_t>(workspaces.size(), 15));
  each_order(renaming.workspaces, namings_.tasks ? spaces : 0, [&] {
    for (int i = 0; i < spaces; ++i) {
      if (!alike(static_cast<std::size_t>(i), renaming.workspaces[static_cast<std::size_t>(i)])) {
        return;
      }
    }
    each_order(renaming.tasks, namings_.tasks ? bounds_.tasks : 0, [&] {
      each_order(renaming.pods, namings_.pods ? bounds_.pods : 0,
                 [&] { renamings_.push_back(renaming); });
    });
  });
}

int PlatformSpace::properties() const {
  return options_.by_cause ? Causes::most : static_cast<int>(never_.size());
}

std::string_view PlatformSpace::property_name(int property) const {
  if (!options_.by_cause) return never_[static_cast<std::size_t>(property)]->name;
  return holdfast::properties()[causes_->cause(property).property].name;
}

// --- packing -------------------------------------------------------------------------------------

std::size_t PlatformSpace::pack_as(Work& work, const PlatformState& state, const Renaming& renaming,
                                   std::byte* out) const {
  const Used& used = state.used;
  const std::array counts = {used.pods, used.tasks, used.restarts, used.faults, used.user_actions};
  for (std::size_t i = 0; i < counts.size(); ++i) out[i] = static_cast<std::byte>(counts[i]);
  std::size_t header = counts.size();
  if (grid_.after_start != Grid::unlimited) {
    std::memcpy(out + header, &used.since_start, sizeof used.since_start);
    header += sizeof used.since_start;
  }
  const std::size_t size = packer_->pack(state.world, renaming, work.packing_, out + header);
  return size == 0 ? 0 : size + header;
}

std::size_t PlatformSpace::pack(Work& work, const PlatformState& state, std::byte* out) const {
  return pack_as(work, state, renamings_.front(), out);
}

void PlatformSpace::unpack(StateBytes bytes, PlatformState& state) const {
  std::array<std::uint8_t, 5> counts;
  std::memcpy(counts.data(), bytes.data(), counts.size());
  state.used = {counts[0], counts[1], counts[2], counts[3], counts[4]};
  std::size_t header = counts.size();
  if (grid_.after_start != Grid::unlimited) {
    std::memcpy(&state.used.since_start, bytes.data() + header, sizeof state.used.since_start);
    header += sizeof state.used.since_start;
  }
  packer_->unpack(bytes.subspan(header), state.world);
}

namespace {

// A renaming that moves something beyond those that are there says nothing.
bool applies(const Renaming& renaming, const World& world) {
  for (std::size_t i = world.pods.size(); i < renaming.pods.size(); ++i) {
    if (renaming.pods[i] != i) return false;
  }
  for (std::size_t i = world.tasks.size(); i < renaming.tasks.size(); ++i) {
    if (renaming.tasks[i] != i) return false;
  }
  return true;
}

// What no naming changes, of each pod and task: only namings that put them in this order are
// tried.
struct Signatures {
  std::array<std::uint32_t, 16> pods{};
  std::array<std::uint32_t, 16> tasks{};
};

template <class... Values>
std::uint32_t mixed(Values... values) {
  std::uint32_t all = 0;
  ((all = all * 31 + static_cast<std::uint32_t>(values)), ...);
  return all;
}

Signatures signatures_of(const World& world, const Namings& free) {
  Signatures all;
  for (std::size_t i = 0; free.pods && i < world.pods.size(); ++i) {
    const Agent& agent = world.agents[i];
    std::uint32_t& pod = all.pods[i];
    pod = mixed(world.pods[i].state, agent.state, agent.row, agent.online, agent.work.size());
    for (std::size_t m = 0; m < world.replicas.size(); ++m) {
      static const ManagedPod unknown;
      const std::vector<ManagedPod>& pods = world.memories[m].pods;
      const ManagedPod& managed = i < pods.size() ? pods[i] : unknown;
      pod = mixed(pod, managed.state, managed.agent_known());
      for (const Slot& slot : managed.slots) pod = mixed(pod, slot.state);
    }
  }
  for (std::size_t i = 0; free.tasks && i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    all.tasks[i] = mixed(task.exists, task.type, task.row.status, task.row.stage,
                         task.row.confirmed, task.row.agent != none, task.plan_pod != none);
  }
  return all;
}

// Whether what has the lesser signature goes to the lesser place.
bool keeps_order(const std::array<std::uint32_t, 16>& signatures,
                 const std::array<std::uint8_t, 16>& places, std::size_t count) {
  for (std::size_t i = 0; i + 1 < count; ++i) {
    for (std::size_t k = i + 1; k < count; ++k) {
      if (signatures[i] == signatures[k]) continue;
      if ((signatures[i] < signatures[k]) != (places[i] < places[k])) return false;
    }
  }
  return true;
}

// Whether each goes to the place of one with the same signature: else the name shows.
bool keeps_signatures(const std::array<std::uint32_t, 16>& signatures,
                      const std::array<std::uint8_t, 16>& places, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (signatures[i] != signatures[places[i]]) return false;
  }
  return true;
}

bool keeps_order(const Signatures& of, const Renaming& renaming, const World& world) {
  return keeps_order(of.tasks, renaming.tasks, world.tasks.size()) &&
         keeps_order(of.pods, renaming.pods, world.pods.size());
}

}  // namespace

std::size_t PlatformSpace::canonicalise(Scratch& scratch, std::byte* bytes,
                                        std::size_t size) const {
  if (renamings_.size() == 1) return size;
  Work& work = *scratch;
  unpack({bytes, size}, work.then_);
  const Signatures signatures = signatures_of(work.then_.world, namings_);
  std::size_t best = 0;
  for (const Renaming& renaming : renamings_) {
    if (!applies(renaming, work.then_.world)) continue;
    if (!keeps_order(signatures, renaming, work.then_.world)) continue;
    const std::size_t other = pack_as(work, work.then_, renaming, work.bytes_.data());
    const int order = std::memcmp(work.bytes_.data(), work.best_.data(), std::min(best, other));
    if (best != 0 && (order > 0 || (order == 0 && other >= best))) continue;
    std::memcpy(work.best_.data(), work.bytes_.data(), other);
    best = other;
  }
  std::memcpy(bytes, work.best_.data(), best);
  return best;
}

std::uint64_t PlatformSpace::orbit(Scratch& scratch, StateBytes state) const {
  Work& work = *scratch;
  unpack(state, work.then_);
  const World& world = work.then_.world;
  const Signatures signatures = signatures_of(world, namings_);
  std::uint64_t all = 0;
  std::uint64_t same = 0;
  for (const Renaming& renaming : renamings_) {
    if (!applies(renaming, world)) continue;
    ++all;
    if (!keeps_signatures(signatures.tasks, renaming.tasks, world.tasks.size()) ||
        !keeps_signatures(signatures.pods, renaming.pods, world.pods.size())) {
      continue;
    }
    const std::size_t size = pack_as(work, work.then_, renaming, work.bytes_.data());
    if (size == state.size() && std::memcmp(work.bytes_.data(), state.data(), size) == 0) ++same;
  }
  return all / same;
}

PlatformSpace::Work::Work(const PlatformSpace& space)
    : space_(space), lazy_(std::make_unique<LazyMoves>(space, *this)) {}

PlatformSpace::Work::~Work() {
  for (std::size_t i = 0; i < hits_.size(); ++i) space_.counters_->hits[i] += hits_[i];
}

PlatformSpace::Scratch PlatformSpace::scratch() const { return std::make_unique<Work>(*this); }

bool Coverage::met_bounds() const {
  return std::any_of(hits.begin(), hits.end(), [](std::uint64_t count) { return count != 0; });
}

Coverage PlatformSpace::coverage() const {
  Coverage coverage;
  for (std::size_t i = 0; i < coverage.hits.size(); ++i) coverage.hits[i] = counters_->hits[i];
  for (const auto& each : counters_->antecedents) coverage.antecedents.push_back(each);
  for (const auto& each : counters_->reached) coverage.reached.push_back(each);
  for (int p = 1; p < program_count; ++p) {
    const auto program = static_cast<Program>(p);
    for (std::size_t at = 0; at < info(program).instructions.size(); ++at) {
      const Instruction& instruction = info(program).instructions[at];
      if (instruction.store == Store::none && instruction.verb == Verb::none) continue;
      coverage.steps.push_back({{program, static_cast<std::uint8_t>(at)},
                                counters_->ways[static_cast<std::size_t>(p)][at & 31U]});
    }
  }
  return coverage;
}

std::string PlatformSpace::step_text(StateBytes, StepId id) const {
  return fmt::format("move {}", id);
}

std::string PlatformSpace::state_text(StateBytes state) const {
  return fmt::format("{} bytes", state.size());
}

}  // namespace holdfast
