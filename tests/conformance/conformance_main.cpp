// Holds the model against recordings of the real platform: runs every script with its recording
// beside it, prints what differs and closes with "N passed, N failed". Exit 0: none failed; 1: some
// did; 2: bad input.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <holdfast/tests/conformance/conformance.h>

namespace {

holdfast::Knobs changed(const std::vector<std::string>& changes) {
  holdfast::Knobs knobs = holdfast::find_profile("production")->knobs;
  for (const std::string& change : changes) {
    const std::size_t equals = change.find('=');
    const holdfast::KnobInfo* knob = holdfast::find_knob(change.substr(0, equals));
    if (equals == std::string::npos || knob == nullptr ||
        !knob->set(knobs, change.substr(equals + 1))) {
      throw std::invalid_argument("no such knob and value: " + change);
    }
  }
  return knobs;
}

// Every knob with each value that `production` does not have; a duration gets 10 s.
void print_changes() {
  const holdfast::Knobs knobs = holdfast::find_profile("production")->knobs;
  for (const holdfast::KnobInfo& knob : holdfast::knob_table()) {
    if (knob.values.empty()) fmt::print("{} 10s\n", knob.name);
    for (const std::string_view value : knob.values) {
      if (value != knob.get(knobs)) fmt::print("{} {}\n", knob.name, value);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs every script with its recording beside it and prints what differs.");
  std::vector<std::string> folders;
  std::vector<std::string> changes;
  bool falls = false;
  bool knobs_only = false;
  bool stop = false;
  app.add_option("FOLDER", folders, "Folders with recordings");
  app.add_option("--set", changes, "Change a knob: KNOB=VALUE")->allow_extra_args(false);
  app.add_flag("--violations", falls, "Print which operation violates which property");
  app.add_flag("--stop", stop, "Stop at the first recording that differs");
  app.add_flag("--knobs", knobs_only, "Print every change of one knob and stop");
  CLI11_PARSE(app, argc, argv);
  if (knobs_only) {
    print_changes();
    return 0;
  }
  int passed = 0;
  int failed = 0;
  try {
    const holdfast::Knobs knobs = changed(changes);
    for (const std::string& folder : folders) {
      for (const std::filesystem::path& script : holdfast::scripts_in(folder)) {
        if (stop && failed != 0) break;
        const holdfast::Recording recording = holdfast::read_recording(script);
        const holdfast::Verdict verdict = holdfast::compare_with(recording, knobs);
        ++(verdict.passed ? passed : failed);
        fmt::print("{}", holdfast::describe(recording, verdict));
        if (falls) fmt::print("{}", holdfast::list_falls(recording, verdict));
      }
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "conformance: {}\n", error.what());
    return 2;
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
