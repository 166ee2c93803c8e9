// Scenarios drawn from a number, for tests that ask what holds in every run: pools, workspaces,
// tasks, restarts, requests of users, failing calls and whatever breaks by itself.
#pragma once

#include <holdfast/sim/scenario.h>

namespace holdfast {

// The scenario of that number, under that profile. `faults`: calls fail and things break by chance.
Scenario random_scenario(std::uint64_t number, const Profile& profile, bool faults);

// One pool from 0 to 3 pods with one Running pod, one workspace, users who confirm nothing, and
// nothing that happens by itself but what the platform does. Starts on a full second.
Scenario quiet_scenario();

}  // namespace holdfast
