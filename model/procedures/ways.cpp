#include <holdfast/model/procedures/ways.h>

#include <algorithm>

namespace holdfast {
namespace {

struct KnownWays {
  Frame frame;
  Ways ways;
};
constexpr KnownWays table[] = {
#include <holdfast/model/procedures/known_ways.inc>
};

}  // namespace

// What the procedure does once it is back at its caller, or in the callee, is not this step's.
Ways way_of(const World& world, const Setup& setup, const Clock& clock, const Step& step) {
  Events events;
  Turn turn(world, setup, clock, step, events);
  turn.run_control();
  if (turn.self.depth == 0) return way_ends;
  const std::size_t depth = turn.self.depth;
  const Frame top = turn.self.top();
  info(top.program).instructions[top.at].run(turn);
  if (turn.self.depth < depth) return way_ends;
  return turn.self.depth > depth ? way_calls : Ways{1} << turn.self.top().at;
}

Ways known_ways(const Frame& frame) {
  const auto* const found = std::find_if(std::begin(table), std::end(table),
                                         [&](const KnownWays& one) { return one.frame == frame; });
  return found == std::end(table) ? 0 : found->ways;
}

std::string ways_text(const Frame& frame, Ways ways, std::string_view between) {
  std::string text;
  const auto add = [&](std::string_view way) {
    if (!text.empty()) text += between;
    text += way;
  };
  const auto& instructions = info(frame.program).instructions;
  for (std::size_t at = 0; at < instructions.size(); ++at) {
    if ((ways >> at & 1) != 0) add(instructions[at].letter);
  }
  if ((ways & way_calls) != 0) add("calls");
  if ((ways & way_ends) != 0) add("ends");
  return text;
}

}  // namespace holdfast
