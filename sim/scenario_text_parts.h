// What the parts of scenario_text() share. A part of scenario_text.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <holdfast/sim/scenario.h>

namespace holdfast {

// A mapping in braces, broken between its entries where a line would become too long.
class FlowMapping {
 public:
  bool empty() const { return entries_.empty(); }
  // `value` is YAML: a plain word, or what scalar_text() made of one.
  template <typename Value>
  void add(std::string_view key, const Value& value) {
    entries_.push_back(fmt::format("{}: {}", key, value));
  }
  // It begins in this column, counted from 0, and goes on behind it.
  std::string text(std::size_t column) const;

 private:
  std::vector<std::string> entries_;
};

// One line of text as a scalar: quoted where it must be.
std::string scalar_text(std::string_view text);
// The same for text of any length behind a key at the left, folded where it would be too long;
// `column` is where it begins.
std::string text_value(std::string_view text, std::size_t column);

// Freeze windows as a list in brackets.
std::string freeze_text(const std::vector<FreezeSchedule>& schedules);

// `when` and `expect`, each with its key; empty where there is none.
std::string happenings_text(const Scenario& scenario);
std::string expectations_text(const Scenario& scenario);

// For each workspace how many tasks stand before the first that names it, given ones and then
// submits.
inline constexpr std::size_t never_mentioned = static_cast<std::size_t>(-1);
std::vector<std::size_t> first_mentions(const Scenario& scenario);

}  // namespace holdfast
