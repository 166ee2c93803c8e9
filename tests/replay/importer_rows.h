// One line of the platform's text log and what the importer makes of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/tests/replay/importer_support.h>

namespace holdfast {

struct RowCase {
  std::string row;
  std::vector<std::string> before;
  std::string line;   // with a prefix, or of the time of the lines before
  std::string told;   // the events of that line, one a line, without the row
};

inline void PrintTo(const RowCase& one, std::ostream* out) { *out << one.row; }

inline std::string name_of_case(const testing::TestParamInfo<RowCase>& info) {
  // A row may have several cases.
  return fmt::format("{}_{}", info.param.row, info.index);
}

inline std::string with_names(std::string text) {
  const auto put = [&](std::string_view what, std::string_view name) {
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at)) {
      text.replace(at, what.size(), name);
    }
  };
  put("<pod>", "iac-agent-pool-a-1762590434");
  put("<agent>", "agent-pool-a-1762590435000000000");
  return text;
}

inline void check_row(const RowCase& one) {
  const std::string time = "2025/11/08 16:30:00 ";
  std::string log;
  for (const std::string& line : one.before) log += time + with_names(line) + '\n';
  const bool has_time = one.line.starts_with("2025/");
  log += (has_time ? "" : time) + with_names(one.line) + '\n';
  const ImportResult result = import_text(log);
  const auto last = static_cast<std::int64_t>(one.before.size()) + 1;
  std::string told_of_last;
  for (const ImportedEvent& imported : result.events) {
    if (imported.line != last) continue;
    EXPECT_EQ(imported.row, one.row);
    told_of_last += told(result, imported).substr(one.row.size() + 1) + '\n';
  }
  EXPECT_EQ(told_of_last, with_names(one.told));
  EXPECT_EQ(result.summary.unused_lines(), 0) << result.summary.text();
  EXPECT_EQ(result.summary.refused, 0) << result.summary.first_refusal;
  EXPECT_EQ(result.summary.understood.count(one.row), 1U);
}

}  // namespace holdfast
