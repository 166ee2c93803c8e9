#include <holdfast/reports/expectation_text.h>

#include <vector>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/scenario_names.h>

namespace holdfast {
namespace {

std::string task_part_text(const StateTest::TaskPart& part) {
  std::string text = fmt::format("task {}", part.number);
  if (part.status) text += fmt::format(" {}", name(*part.status));
  if (part.pod) text += fmt::format(" planned on pod {}", *part.pod);
  if (part.in_slot) text += *part.in_slot ? " in a slot" : " in no slot";
  return text;
}

}  // namespace

std::string state_test_text(const StateTest& test) {
  std::vector<std::string> parts;
  if (test.pods) parts.push_back(fmt::format("pods {}", *test.pods));
  if (test.managed) parts.push_back(fmt::format("managed {}", *test.managed));
  if (test.reserved) parts.push_back(fmt::format("reserved {}", *test.reserved));
  if (test.running) parts.push_back(fmt::format("running {}", *test.running));
  for (const StateTest::TaskPart& part : test.tasks) parts.push_back(task_part_text(part));
  for (const auto& [pod, lives] : test.pod_lives) {
    parts.push_back(fmt::format("pod {} {}", pod, lives ? "lives" : "does not live"));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string expectation_text(const Expectation& expectation) {
  switch (expectation.kind) {
    case ExpectationKind::at:
      return fmt::format("at {}: {}", duration_text(expectation.at_us),
                         state_test_text(expectation.test));
    case ExpectationKind::never:
    case ExpectationKind::eventually:
      return fmt::format("{}: {}", name(expectation.kind), state_test_text(expectation.test));
    default: break;
  }
  std::string text = fmt::format("{} {}", name(expectation.kind), expectation.property);
  if (expectation.within_us >= 0) {
    text += fmt::format(" within {}", duration_text(expectation.within_us));
  }
  return text;
}

}  // namespace holdfast
