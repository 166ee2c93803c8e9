// Steps as text, for schedules and for people: what acts, on whom, and which alternative it takes.
// Enumerators are spelled as everywhere. Pods are named by their place, which is the order of their
// creation until a place is used again.
//
// Thread safety: the function is pure.
#pragma once

#include <string>

#include <holdfast/model/model.h>

namespace holdfast {

// Requires: `step` may be taken in `world`. Two steps of one world have the same text only if it
// makes no difference which of them is taken.
std::string step_text(const World& world, const Setup& setup, const Step& step);

}  // namespace holdfast
