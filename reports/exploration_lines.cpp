#include <holdfast/reports/exploration_lines.h>

#include <fmt/format.h>

#include <holdfast/reports/labelled.h>

namespace holdfast {

std::string report_line(std::string_view label, std::string_view text) {
  return labelled(label, text, Tone::plain, paint_nothing);
}

std::string report_list(std::string_view label, const std::vector<std::string>& words,
                        std::string_view lead) {
  return labelled_list(label, lead, words, Tone::plain, paint_nothing);
}

std::string grouped(std::uint64_t number) {
  const std::string digits = fmt::format("{}", number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

std::string size_text(std::uint64_t states, std::uint64_t moves, int depth) {
  return fmt::format("{} states, {} moves, depth {}", grouped(states), grouped(moves), depth);
}

std::string exhausted_text(const Coverage& coverage) {
  return coverage.met_bounds() ? "exhausted within its bounds" : "complete: no bound was met";
}

std::string_view ending_word(Ending ending, bool met_bounds) {
  return ending == Ending::complete && met_bounds ? "exhausted" : name_of(ending);
}

namespace {

std::vector<std::string> bounds_words(const Bounds& bounds, const Coverage& coverage) {
  std::vector<std::string> words;
  const auto add = [&](std::string word, std::uint64_t hits) {
    if (hits != 0) word += fmt::format(" (left out {} steps)", grouped(hits));
    words.push_back(std::move(word));
  };
  for (std::size_t i = 0; i < bound_table().size(); ++i) {
    const BoundInfo& bound = bound_table()[i];
    add(fmt::format("{} {}", bound.name, bounds.*bound.value), coverage.hits[i]);
  }
  const std::uint64_t too_large = coverage.hits[static_cast<std::size_t>(Bound::numbers)];
  if (too_large != 0) add("numbers that a stored state has room for", too_large);
  return words;
}

std::string ages_line(AgeSet ages) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count_of<Age>; ++i) {
    if ((ages >> i & 1) != 0) words.emplace_back(names_of<Age>[i]);
  }
  return words.empty() ? report_line("ages", "none comes true") : report_list("ages", words);
}

std::string left_out_text(const Bounds& bounds) {
  std::string text;
  for (const AbstractionInfo& abstraction : abstraction_table()) {
    if (!(bounds.*abstraction.value)) continue;
    if (!text.empty()) text += ", ";
    text += abstraction.name;
  }
  return text;
}

}  // namespace

std::string bounds_lines(const Bounds& bounds, const Coverage& coverage) {
  std::string text = report_list("bounds", bounds_words(bounds, coverage));
  text += ages_line(*bounds.ages);
  const std::string left_out = left_out_text(bounds);
  if (!left_out.empty()) text += report_line("abstracts", left_out);
  return text;
}

std::string steps_text(std::span<const CourseStep> steps, int& number, Paint paint) {
  std::string text;
  int reading = 0;
  const auto tell_reading = [&] {
    if (reading == 0) return;
    text += paint(Tone::quiet, fmt::format("           {} step{} that only read{}\n", reading,
                                           reading == 1 ? "" : "s", reading == 1 ? "s" : ""));
    reading = 0;
  };
  for (const CourseStep& step : steps) {
    if (!step.changes) {
      ++reading;
      continue;
    }
    tell_reading();
    text += fmt::format("      {:>3}  {}\n", ++number, step.text);
  }
  tell_reading();
  return text;
}

std::string timing_line(bool possible) {
  return report_line("timing", possible ? "possible: the clock lets it happen step by step"
                                        : "not shown possible");
}

std::string saved_lines(std::span<const SavedCounterexample> saved, std::string_view property,
                        std::size_t number) {
  std::string text;
  for (const SavedCounterexample& one : saved) {
    if (one.property != property || one.number != number) continue;
    text += report_line("repeat", "holdfast run " + one.file);
    text += report_line("saved", one.file);
  }
  return text;
}

void write_bounds(JsonWriter& json, const Bounds& bounds, const Coverage& coverage) {
  json.begin_object("bounds");
  for (const BoundInfo& bound : bound_table()) json.number(bound.name, bounds.*bound.value);
  json.end_object();
  json.begin_object("left_out");
  for (std::size_t i = 0; i < count_of<Bound>; ++i) {
    json.number(names_of<Bound>[i], coverage.hits[i]);
  }
  json.end_object();
}

void write_steps(JsonWriter& json, std::string_view key, std::span<const CourseStep> steps) {
  json.begin_array(key);
  for (const CourseStep& step : steps) {
    json.begin_object();
    json.text("step", step.text);
    json.boolean("changes", step.changes);
    json.end_object();
  }
  json.end_array();
}

void write_saved(JsonWriter& json, std::span<const SavedCounterexample> saved,
                 std::string_view property, std::size_t number) {
  for (const SavedCounterexample& one : saved) {
    if (one.property == property && one.number == number) json.text("saved", one.file);
  }
}

}  // namespace holdfast
