#pragma once

// The valid name that a mistyped one was probably meant to be.
//
// Thread safety: all functions are pure.

#include <span>
#include <string>
#include <string_view>

namespace holdfast {

// The candidate nearest to `text`, or an empty string when none is near enough to be a likely slip.
// Near means: inserting, deleting, replacing a character or swapping two neighbours, at most once
// for every three characters (upper and lower case alike, '-' as '_'), or `text` is how exactly one
// candidate begins. Of equally near candidates the first one counts.
std::string nearest_name(std::string_view text, std::span<const std::string> candidates);

// "did you mean 'x'?" for the nearest candidate, or an empty string.
std::string did_you_mean(std::string_view text, std::span<const std::string> candidates);

}  // namespace holdfast
