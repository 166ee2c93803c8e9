// The list of findings, in Markdown: what goes wrong, where, who did it, what should happen
// instead, what repairs it, and how to see it. Pure; ends in a line break.
#pragma once

#include <span>
#include <string>

#include <holdfast/sim/finding.h>

namespace holdfast {

// A scenario that has been examined.
struct FindingReport {
  const Scenario& scenario;   // its `file` is as the commands of the list name it
  Examination finding;
};

// `command`: the command that makes the list.
std::string findings_page(std::span<const FindingReport> reports, const std::string& command);
// The same as one JSON object.
std::string findings_json(std::span<const FindingReport> reports);

}  // namespace holdfast
