// The ways in which a step of a procedure goes on: to which letters of its program, to its end, or
// into another program. A step with several ways has a guard; a walk that knows only one of them
// has never seen the guard true, or never false.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>
#include <string>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

// A bit per way: those below `way_calls` are places in the program's list of instructions.
using Ways = std::uint64_t;
inline constexpr Ways way_calls = Ways{1} << 62;  // another program, then on here
inline constexpr Ways way_ends = Ways{1} << 63;   // back to whoever called it, or nobody

// The way that a step takes. Requires: it is one of a procedure, and may be taken in this world.
Ways way_of(const World& world, const Setup& setup, const Clock& clock, const Step& step);

// The ways that an instruction takes without a fault, in whatever world: those that random walks
// under all knobs have taken. A test holds the list to the walks.
Ways known_ways(const Frame& frame);

// "d, e, calls, ends".
std::string ways_text(const Frame& frame, Ways ways, std::string_view between = ", ");

}  // namespace holdfast
