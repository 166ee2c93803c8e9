#include <holdfast/sim/move_walker.h>

#include <algorithm>

namespace holdfast {
namespace {

std::uint16_t new_procedure(const World& before, const World& after) {
  for (std::size_t i = 0; i < after.procedures.size(); ++i) {
    const bool was = i < before.procedures.size() && before.procedures[i].depth != 0;
    if (!was && after.procedures[i].depth != 0) return static_cast<std::uint16_t>(i);
  }
  return none;
}

}  // namespace

std::vector<PackedBytes> MoveWalker::walk(StateBytes from, StepId move) {
  PlatformState state;
  space_.unpack(from, state);
  wanted_ = move;
  found_.clear();
  seen_ = 0;
  space_.moves(
      work_, state,
      [](void* self, Move path, const PlatformState&, PropertySet) {
        auto& walker = *static_cast<MoveWalker*>(self);
        if (walker.seen_++ == walker.wanted_) walker.found_.assign(path.begin(), path.end());
      },
      this);
  return follow(state);
}

std::vector<PackedBytes> MoveWalker::follow(PlatformState& state) {
  std::vector<PackedBytes> after;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> started;  // who, place
  for (const RawStep& raw : found_) {
    Step step = raw.step;
    if (step.kind == StepKind::procedure && step.actor == none) {
      const auto place = std::find_if(started.begin(), started.end(),
                                      [&](const auto& one) { return one.first == raw.who; });
      if (place == started.end()) return {};
      step.actor = place->second;
    }
    const World before = state.world;
    if (!space_.walk(work_, state, step)) return {};
    if (step.kind != StepKind::procedure) {
      started.emplace_back(raw.who, new_procedure(before, state.world));
    }
    PackedBytes bytes(WorldPacker::most_bytes);
    bytes.resize(space_.pack(work_, state, bytes.data()));
    after.push_back(std::move(bytes));
  }
  return after;
}

}  // namespace holdfast
