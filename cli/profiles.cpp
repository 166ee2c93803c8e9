// holdfast profiles: what the knobs mean, and which values each profile gives them.
#include <algorithm>

#include <fmt/format.h>

#include <holdfast/cli/help.h>
#include <holdfast/cli/options.h>
#include <holdfast/model/knobs.h>
#include <holdfast/reports/json_writer.h>

namespace holdfast {
namespace {

constexpr std::string_view base_profile = "slots";

bool differs(const KnobInfo& knob, const Knobs& knobs) { return knob.get(knobs) != knob.get({}); }

// "autoscaler_delay=10s, reconcile_on_ensure=yes"
std::string differences(const Knobs& knobs) {
  std::vector<std::string> parts;
  for (const KnobInfo& knob : knob_table()) {
    if (differs(knob, knobs)) parts.push_back(fmt::format("{}={}", knob.name, knob.get(knobs)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string values_text(const KnobInfo& knob) {
  if (knob.values.empty()) return "a duration";
  return fmt::format("{}", fmt::join(knob.values, ", "));
}

std::string beside(std::string_view text, std::size_t column, std::size_t width) {
  return wrapped(text, column, width).substr(column);
}

std::string profiles_text(const Terminal& terminal) {
  constexpr std::size_t column = 29;
  const Paint paint = terminal.paint();
  const std::size_t width = std::clamp<std::size_t>(terminal.width(), 60, 100);
  std::string text = fmt::format("profiles, and what differs from {}\n\n", base_profile);
  for (const Profile& profile : profiles()) {
    text += "  " + paint(Tone::strong, profile.name);
    text.append(column - 2 - profile.name.size(), ' ');
    text += beside(profile.about, column, width);
    const std::string changed = differences(profile.knobs);
    if (!changed.empty()) text += wrapped(changed, column, width);
  }
  text += fmt::format("\nknobs, with the value under {}\n\n", base_profile);
  for (const KnobInfo& knob : knob_table()) {
    text += "  " + paint(Tone::strong, knob.name);
    text.append(std::max<std::size_t>(column - 2, knob.name.size() + 2) - knob.name.size(), ' ');
    if (knob.name.size() + 4 > column) text += '\n' + std::string(column, ' ');
    text += beside(fmt::format("{} ({})", knob.get({}), values_text(knob)), column, width);
    text += wrapped(knob.about, column, width);
  }
  while (text.find(" \n") != std::string::npos) text.erase(text.find(" \n"), 1);
  return text;
}

std::string profile_text(const Profile& profile, const Terminal& terminal) {
  const Paint paint = terminal.paint();
  std::string text = fmt::format("{}: {}\n\n", paint(Tone::strong, profile.name), profile.about);
  for (const KnobInfo& knob : knob_table()) {
    const std::string value = knob.get(profile.knobs);
    const std::string line = fmt::format("{:<30}{}", knob.name, value);
    if (differs(knob, profile.knobs)) {
      text += fmt::format("* {}  (slots: {})\n", paint(Tone::doubtful, line), knob.get({}));
    } else {
      text += fmt::format("  {}\n", line);
    }
  }
  return text + fmt::format("\n* differs from {}\n", base_profile);
}

void write_profile(JsonWriter& json, const Profile& profile) {
  json.begin_object();
  json.text("name", profile.name);
  json.text("about", profile.about);
  json.begin_object("knobs");
  for (const KnobInfo& knob : knob_table()) json.text(knob.name, knob.get(profile.knobs));
  json.end_object();
  json.begin_array("differs");
  for (const KnobInfo& knob : knob_table()) {
    if (differs(knob, profile.knobs)) json.text(knob.name);
  }
  json.end_array();
  json.end_object();
}

std::string profiles_json(const Profile* only) {
  JsonWriter json;
  json.begin_object();
  json.begin_array("profiles");
  for (const Profile& profile : profiles()) {
    if (only == nullptr || only == &profile) write_profile(json, profile);
  }
  json.end_array();
  json.begin_array("knobs");
  for (const KnobInfo& knob : knob_table()) {
    json.begin_object();
    json.text("name", knob.name);
    json.text("about", knob.about);
    json.begin_array("values");
    for (const std::string_view value : knob.values) json.text(value);
    json.end_array();
    json.text("default", knob.get({}));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.finish();
}

ExitStatus run_profiles(const Arguments& arguments, Terminal& terminal) {
  const Profile* only =
      arguments.operands().empty() ? nullptr : find_profile(arguments.operands().front());
  if (format_of(arguments) == Format::json) {
    terminal.print(profiles_json(only));
  } else {
    terminal.print(only == nullptr ? profiles_text(terminal) : profile_text(*only, terminal));
  }
  return ExitStatus::good;
}

constexpr Example examples[] = {
    {"holdfast profiles", "what each profile changes, and what each knob means"},
    {"holdfast profiles slots+delay", "every knob under one profile"},
};

}  // namespace

extern const Command profiles_command;
const Command profiles_command{
    .name = "profiles",
    .about = "tell the profiles and the knobs, with what each means",
    .description = "A profile is a named set of knob values; a scenario names one, and `run` takes "
                   "another with --profile and single knobs with --set. As JSON: an object with "
                   "`profiles` (name, about, knobs, differs) and `knobs` (name, about, values, "
                   "default); `values` of a duration is empty.",
    .operand = {.name = "PROFILE",
                .about = "only this one",
                .takes = Takes::words,
                .least = 0,
                .most = 1,
                .words = profile_names},
    .options = {},
    .examples = examples,
    .run = run_profiles,
};

}  // namespace holdfast
