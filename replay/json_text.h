// JSON text, appended: what writers of the log and its schema share. Pure but for the text they
// append to.
#pragma once

#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/compile.h>
#include <fmt/format.h>

#include <holdfast/model/moment.h>

namespace holdfast {

// Appends `text` as it stands between the quotes of a JSON string. Requires: valid UTF-8.
void append_escaped(std::string& out, std::string_view text);

// Appends `text` as a JSON string. Requires: valid UTF-8.
void append_quoted(std::string& out, std::string_view text);

template <typename Number>
void append_number(std::string& out, Number number) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), number);
}

// Whether append_instant() can write the moment: the years 1 to 9999.
bool has_instant(Moment moment);

// Appends 2025-11-08T15:53:08.123456Z: RFC 3339, UTC, always six digits.
// Requires: has_instant(moment).
void append_instant(std::string& out, Moment moment);

// The moment of a text of exactly that form, if it is one.
std::optional<Moment> read_instant(std::string_view text);

}  // namespace holdfast
