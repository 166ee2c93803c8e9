// The larger parts of scenario_shape(), and what they share. A part of scenario_shape.h.
#pragma once

#include <string>
#include <vector>

#include <holdfast/model/names.h>
#include <holdfast/sim/input/shape.h>

namespace holdfast {

// One of the names of an enum (model/names.h).
template <MachineEnum E>
Shape words_shape() {
  std::vector<std::string> words(names_of<E>.begin(), names_of<E>.end());
  return choice_shape(words);
}

// An entry of `when`: a moment and an action.
Shape happening_shape();

// An entry of `expect`.
Shape expectation_shape();

}  // namespace holdfast
