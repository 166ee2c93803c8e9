// Text of others (names of scenarios, paths) made harmless for where it is to stand. All functions
// take any bytes and are pure.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

// For a terminal: what it would act on or not show is escaped, as in error messages.
std::string printable_text(std::string_view text);

// For formats that ask for UTF-8: what is none becomes U+FFFD.
std::string as_utf8(std::string_view text);

// For a POSIX shell with $'…': one word that means `text`, quoted only if need be.
std::string shell_quoted(std::string_view text);

}  // namespace holdfast
