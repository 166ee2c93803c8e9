// The operations of a recording, each as the procedures and happenings of the model that it stands
// for (FORMAT.md, "Operations").
#pragma once

#include <holdfast/tests/conformance/recording.h>
#include <holdfast/tests/conformance/walker.h>

namespace holdfast {

// The options that the operation `config` sets.
WalkOptions options_of(const Json& config);

// The freeze windows that an operation states.
std::vector<FreezeSchedule> freeze_of(const Json& operation);

// The two servers are up before anything happens; the first leads.
void start_servers(Walker& walker);

// Does what the operation says. Throws std::runtime_error for an operation or an entity that is not
// known, std::logic_error if the model refuses an event.
void perform(Walker& walker, const Json& operation);

// What follows every operation: the queue, then the agents of pods that are gone.
void settle_down(Walker& walker);

}  // namespace holdfast
