// The list of findings as Markdown.
#include <gtest/gtest.h>

#include <holdfast/reports/findings.h>

namespace holdfast {
namespace {

TEST(FindingsPage, a_bar_in_a_name_ends_no_cell) {
  Scenario scenario;
  scenario.name = "either | or";
  scenario.repaired_by = {{"freeze_guard", "yes"}};
  const FindingReport report{scenario, {}};
  const std::string page = findings_page({&report, 1}, "holdfast findings x");
  EXPECT_NE(page.find("\n| either \\| or |  | `freeze_guard: yes` |\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\n## either | or\n"), std::string::npos) << page;
}

TEST(FindingsPage, says_so_where_none_of_the_knobs_repairs) {
  Scenario scenario;
  scenario.name = "x";
  scenario.file = "x.yaml";
  const FindingReport report{scenario, {}};
  const std::string page = findings_page({&report, 1}, "holdfast findings x");
  EXPECT_NE(page.find("\n| x |  | none of the knobs |\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\n- repaired by: none of the knobs\n- to see it: `holdfast run x.yaml`\n"),
            std::string::npos)
      << page;
}

}  // namespace
}  // namespace holdfast
