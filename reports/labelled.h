// The lines that reports are made of: a label in its column, then the text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <holdfast/reports/tone.h>

namespace holdfast {

// `label`: of at most nine letters.
std::string labelled(std::string_view label, std::string_view text, Tone tone, Paint paint);

// `words` with commas behind `lead`, broken where a line would be longer than 100 columns.
std::string labelled_list(std::string_view label, std::string_view lead,
                          const std::vector<std::string>& words, Tone tone, Paint paint);

}  // namespace holdfast
