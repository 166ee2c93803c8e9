// Expectations of a scenario as people read them: "violates reserved_pod_kept", "at 30s: pods 0".
//
// Thread safety: all functions are pure.
#pragma once

#include <string>

#include <holdfast/sim/scenario.h>

namespace holdfast {

std::string expectation_text(const Expectation& expectation);

std::string state_test_text(const StateTest& test);

}  // namespace holdfast
