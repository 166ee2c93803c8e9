// Courses of events drawn from a seed, onto the start of a scenario: what users do, what breaks,
// what fails. They are far larger than what can be explored exhaustively.
//
// The draws come from sim/random.h. RapidCheck, which the tests use, is no part of the product: its
// courses would change with its version and with an environment variable, it reports failures by
// exceptions, and its shrinking knows nothing of the preconditions that make a course a scenario.
//
// A course uses a part of the kinds of happenings only, another part in each case (Groce et al.,
// "Swarm Testing", ISSTA 2012): what needs many of one kind and none of another is found too.
//
// Thread safety: the functions are pure.
#pragma once

#include <cstdint>
#include <vector>

#include <holdfast/sim/scenario.h>

namespace holdfast {

struct CourseOptions {
  int most_happenings = 100;           // half of the courses have at most the square root of it
  std::vector<ActionKind> kinds = {};  // that may happen; empty: all that the scenario allows
};

// What `start` is given, with happenings drawn in place of its own, and without its faults by
// chance: each that comes is a happening. It runs as long as `start`, from this seed. It expects
// that eventual properties hold within the bounds that `start` has for them; once it expects
// something it is as read_scenario() would have made it.
// Requires: most_happenings from 1 to 10'000.
Scenario random_course(const Scenario& start, const CourseOptions& options, std::uint64_t seed);

}  // namespace holdfast
