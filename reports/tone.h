// How reports say what a piece of text is, without knowing how it is shown: a report asks a Paint
// to paint it, and the caller decides whether that means colours, markup or nothing.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

enum class Tone : std::uint8_t { plain, quiet, strong, good, bad, doubtful };

using Paint = std::string (*)(Tone, std::string_view);

// Text as it is.
inline std::string paint_nothing(Tone, std::string_view text) { return std::string(text); }

}  // namespace holdfast
