#include <holdfast/sim/causes.h>

#include <algorithm>

#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>

namespace holdfast {

std::string cause_text(const World& world, const Step& step) {
  if (step.kind != StepKind::procedure) return std::string(name(step.kind));
  const Procedure& procedure = world.procedures[step.actor];
  const Frame& top = procedure.top();
  return calls_text(procedure) + ' ' + std::string(info(top.program).instructions[top.at].letter);
}

int Causes::bit_of(std::uint16_t property, const std::string& text) {
  const std::scoped_lock lock(mutex_);
  const auto [place, is_new] =
      bits_.try_emplace({property, text}, std::min<int>(most - 1, static_cast<int>(bits_.size())));
  if (is_new && by_bit_.size() < most) by_bit_.push_back(&place->first);
  if (bits_.size() > most) full_ = true;
  return place->second;
}

const Cause& Causes::cause(int bit) const {
  const std::scoped_lock lock(mutex_);
  return *by_bit_[static_cast<std::size_t>(bit)];
}

bool Causes::is_full() const {
  const std::scoped_lock lock(mutex_);
  return full_;
}

}  // namespace holdfast
