#include <holdfast/reports/matrix.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/reports/exploration_lines.h>

namespace holdfast {
namespace {

// The names of the columns, in the order of ComparedProfile::answers.
std::vector<std::string_view> columns(const MatrixReport& report) {
  if (!report.property.empty()) return {report.property};
  std::vector<std::string_view> names;
  for (const Property& property : properties()) {
    if (property.kind == PropertyKind::never) names.push_back(property.name);
  }
  return names;
}

bool is_asked(const MatrixReport& report, std::size_t column) {
  return std::any_of(report.profiles.begin(), report.profiles.end(), [&](const auto& one) {
    return one.refused.empty() && one.answers[column].answer != Answer::not_asked;
  });
}

std::string cell(const ComparedProfile& profile, std::size_t column) {
  if (!profile.refused.empty()) return "-";
  const ComparedAnswer& one = profile.answers[column];
  if (one.answer == Answer::violated) {
    return one.changes == 0 ? "violated by chance" : fmt::format("violated in {}", one.changes);
  }
  if (one.answer == Answer::not_asked) return "not asked";
  if (one.answer == Answer::holds) return "holds";
  const std::string open = fmt::format("open beyond depth {}", profile.exploration.complete_depth);
  return one.cases == 0 ? open : fmt::format("{}, survived {} random cases", open, one.cases);
}

std::string bounds_text(const Bounds& bounds) {
  std::string text;
  for (const BoundInfo& bound : bound_table()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", bound.name, bounds.*bound.value);
  }
  for (const AbstractionInfo& abstraction : abstraction_table()) {
    if (bounds.*abstraction.value) text += fmt::format(", {}", abstraction.name);
  }
  return text;
}

std::string set_text(const FixesReport& report, const FixSet& fix) {
  std::string text;
  for (const std::size_t change : fix.changes) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}={}", report.changes[change].first, report.changes[change].second);
  }
  return text.empty() ? "no change" : text;
}

}  // namespace

std::string matrix_text(const MatrixReport& report) {
  const std::vector<std::string_view> names = columns(report);
  std::string head = "| profile |";
  std::string rule = "|---|";
  std::string silent;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (!is_asked(report, c)) {
      silent += fmt::format("{}{}", silent.empty() ? "" : ", ", names[c]);
      continue;
    }
    head += fmt::format(" {} |", names[c]);
    rule += "---|";
  }
  std::string text = fmt::format("{}\n{}\n", head, rule);
  for (const ComparedProfile& profile : report.profiles) {
    text += fmt::format("| {} |", profile.profile);
    for (std::size_t c = 0; c < names.size(); ++c) {
      if (is_asked(report, c)) text += fmt::format(" {} |", cell(profile, c));
    }
    text += '\n';
  }
  const auto explored = std::find_if(report.profiles.begin(), report.profiles.end(),
                                     [](const auto& one) { return one.refused.empty(); });
  if (explored != report.profiles.end()) {
    text += fmt::format("\nWithin {}\n", bounds_text(explored->bounds));
  }
  if (!silent.empty()) text += fmt::format("\nNothing asks for: {}\n", silent);
  return text;
}

void write_matrix(JsonWriter& json, const MatrixReport& report) {
  const std::vector<std::string_view> names = columns(report);
  json.begin_object();
  json.text("name", report.scenario.name);
  json.text("file", report.scenario.file);
  json.begin_array("profiles");
  for (const ComparedProfile& profile : report.profiles) {
    json.begin_object();
    json.text("profile", profile.profile);
    json.text("refused", profile.refused);
    json.number("states", profile.exploration.stored.states);
    json.text("ending", ending_word(profile.exploration.ending, profile.met_bounds));
    json.begin_array("answers");
    for (std::size_t c = 0; profile.refused.empty() && c < names.size(); ++c) {
      json.begin_object();
      json.text("property", names[c]);
      json.text("answer", name(profile.answers[c].answer));
      json.number("changes", profile.answers[c].changes);
      json.number("random_cases", profile.answers[c].cases);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

std::string fixes_text(const FixesReport& report) {
  std::string text = fmt::format("{}, profile {}: what makes {} hold\n", report.scenario.name,
                                 report.scenario.profile, report.property);
  for (const FixSet& fix : report.fixes) {
    text += fmt::format("{:<10} {}\n", name(fix.answer), set_text(report, fix));
  }
  if (report.fixes.empty()) text += "no set of these changes does\n";
  return text;
}

void write_fixes(JsonWriter& json, const FixesReport& report) {
  json.begin_object();
  json.text("name", report.scenario.name);
  json.text("property", report.property);
  json.begin_array("fixes");
  for (const FixSet& fix : report.fixes) {
    json.begin_object();
    json.text("answer", name(fix.answer));
    json.begin_array("changes");
    for (const std::size_t change : fix.changes) {
      json.text(fmt::format("{}={}", report.changes[change].first, report.changes[change].second));
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace holdfast
