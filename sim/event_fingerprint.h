// Adds an event to a fingerprint: every field, so that two courses of events agree only if their
// logs would.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <holdfast/model/events.h>
#include <holdfast/model/fingerprint.h>

namespace holdfast {

void add_event(Fingerprint& fingerprint, const Event& event);

}  // namespace holdfast
