// One concrete course of events for each knob, told in a few words: what a test compares between
// the knob's values. A course may set other knobs that its own needs to show.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <holdfast/model/knobs.h>

namespace holdfast {

struct KnobCourse {
  std::string_view knob;
  std::string (*run)(const Knobs&);
  // How it ends under each value of the knob.
  std::vector<std::pair<std::string_view, std::string_view>> ends;
};

std::span<const KnobCourse> knob_courses();
// Those of them that are in a file of their own.
std::span<const KnobCourse> repair_courses();

}  // namespace holdfast
