// Lines of a report that begin with what they are about: "bounds    pods 2, tasks 1".
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

std::string line(std::string_view label, std::string_view text);
// The same for a list with commas, broken where a line would become too long.
std::string list_line(std::string_view label, std::string_view list);

}  // namespace holdfast
