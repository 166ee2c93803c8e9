// The table of line shapes and the scanner that it drives.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <holdfast/tests/replay/importer_support.h>

namespace holdfast {
namespace {

std::vector<LineShape> all_shapes() {
  std::vector<LineShape> all;
  for (const auto& shapes : {shapes_of_pods(), shapes_of_tasks(), shapes_of_server()}) {
    all.insert(all.end(), shapes.begin(), shapes.end());
  }
  return all;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// A line of that shape.
std::string example(const LineShape& shape) {
  const std::pair<std::string, std::string> values[] = {
      {"<pod>", "iac-agent-pool-a-1762590434"},
      {"<pool>", "pool-a"},
      {"<ws>", "ws-1"},
      {"<agent>", "agent-pool-a-1762590435000000000"},
      {"<task>", "598"},
      {"<slot>", "1"},
      {"<n>", "2"},
      {"<dur>", "2m13.4s"},
      {"<x>", "12.5"},
      {"<word>", "plan"},
      {"<text>", "anything"}};
  std::string text(shape.text);
  for (const auto& [placeholder, value] : values) {
    for (std::size_t at = text.find(placeholder); at != text.npos; at = text.find(placeholder)) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

const std::int64_t zone = Clock::default_zone_us;

TEST(ImporterLines, FortyTwoRowsAreStarred) {
  std::set<std::string_view> rows;
  for (const LineShape& shape : all_shapes()) {
    if (shape.starred) rows.insert(shape.row);
  }
  EXPECT_EQ(rows.size(), 42U);
}

TEST(ImporterLines, EveryShapeIsFoundByItsOwnExample) {
  const ShapeIndex index;
  LineFields fields;
  for (const LineShape& shape : all_shapes()) {
    const std::string line = example(shape);
    const LineShape* found = index.match(shape.tag, line, fields);
    ASSERT_NE(found, nullptr) << line;
    EXPECT_EQ(found->row, shape.row) << line;
    EXPECT_EQ(found->events, shape.events) << line;
  }
}

TEST(ImporterLines, EveryNamedEventExists) {
  for (const LineShape& shape : all_shapes()) {
    for (const std::string& event : words_of(shape.events)) {
      EXPECT_NE(find_event(event), nullptr) << shape.row << ": " << event;
    }
  }
}

TEST(ImporterLines, TheReadmeHasTheTable) {
  std::vector<LineShape> rows;
  for (const LineShape& shape : all_shapes()) {
    if (shape.starred || !shape.events.empty()) rows.push_back(shape);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const LineShape& a, const LineShape& b) { return a.row < b.row; });
  std::string table = "| row | line | becomes |\n|---|---|---|\n";
  for (const LineShape& shape : rows) {
    std::string events;
    for (const std::string& event : words_of(shape.events)) {
      events += fmt::format("{}`{}`", events.empty() ? "" : ", ", event);
    }
    const std::string tag = shape.tag.empty() ? "" : fmt::format("[{}] ", shape.tag);
    table += fmt::format("| {}{} | `{}{}` | {} |\n", shape.row, shape.starred ? " *" : "", tag,
                         shape.text, events.empty() ? "nothing" : events);
  }
  std::ifstream file(std::string(HOLDFAST_SOURCE_DIR) + "/replay/importers/README.md");
  std::stringstream readme;
  readme << file.rdbuf();
  const std::string text = readme.str();
  EXPECT_EQ(text.substr(std::min(text.find("| row |"), text.size())), table);
}

TEST(ImporterLines, APrefixIsReadInTheZoneOfTheLog) {
  const PlatformLine parts = take_apart("2025/12/04 13:51:05 [PodManager]  Pod UID: u", zone);
  EXPECT_EQ(parts.time, (Moment{1764827465 * second}));
  EXPECT_EQ(parts.tag, "PodManager");
  EXPECT_EQ(parts.text, "Pod UID: u");
  EXPECT_EQ(take_apart("2025/12/04 13:51:05 x", 0).time, (Moment{1764856265 * second}));
}

TEST(ImporterLines, AnImpossiblePrefixIsNone) {
  for (const std::string_view prefix :
       {"2025/13/04 13:51:05 ", "2025/02/30 13:51:05 ", "2025/12/04 24:00:00 ",
        "2025/12/04 13:60:00 ", "2025/12/04 13:51:60 ", "2025-12-04 13:51:05 ",
        "2025/12/04 13:51:05", "2025/12/04 13:51:0x ", "1969/12/31 00:00:00 ", ""}) {
    EXPECT_EQ(take_apart(prefix, zone).time, never) << prefix;
  }
}

TEST(ImporterLines, AMarkBehindTheTagIsNoise) {
  const std::string text = "2025/12/04 13:51:05 [TaskQueue] \xE2\x9C\x93 Agent C&C handler";
  EXPECT_EQ(take_apart(text, zone).text, "Agent C&C handler");
  EXPECT_EQ(take_apart("2025/12/04 13:51:05 [CancelTask]  Sent", zone).text, "Sent");
}

TEST(ImporterLines, LinesOfOtherWritersAreKnown) {
  const auto writer = [](std::string_view line) {
    return other_writer(line, take_apart(line, zone));
  };
  EXPECT_EQ(writer("[GIN] 2025/11/13 - 21:28:50 | 200 | 1ms | ::1 | GET \"/api\""),
            UnusedLine::access_log);
  EXPECT_EQ(writer("10.0.0.7 - [Thu, 13 Nov 2025 21:28:50 +08] \"GET /api HTTP/1.1 200 1ms\""),
            UnusedLine::access_log);
  EXPECT_EQ(writer("I0227 09:00:00.123456       1 leaderelection.go:250] attempting"),
            UnusedLine::lease_log);
  EXPECT_EQ(writer("2025/11/13 21:28:50 /app/services/queue.go:77 record not found"),
            UnusedLine::database_log);
  EXPECT_EQ(writer("[0.512ms] [rows:0] SELECT * FROM tasks"), UnusedLine::database_log);
  EXPECT_EQ(writer("2025/11/13 21:28:50 main.go:31: [PodManager] Deleted pod x"),
            UnusedLine::agent_process);
  EXPECT_EQ(writer("2025/11/13 21:28:50 [PodManager] Deleted pod x"), std::nullopt);
  EXPECT_EQ(writer("exit status 1"), std::nullopt);
}

TEST(ImporterLines, AShapeIsTheWholeLine) {
  const ShapeIndex index;
  LineFields fields;
  const std::string line = "Deleted pod iac-agent-p-1";
  ASSERT_NE(index.match("PodManager", line, fields), nullptr);
  EXPECT_EQ(fields.get(Placeholder::pod), "iac-agent-p-1");
  EXPECT_NE(index.match("PodManager", line + " ", fields), nullptr);
  EXPECT_EQ(index.match("PodManager", line + " now", fields), nullptr);
  EXPECT_EQ(index.match("PodManager", "Deleted pod ", fields), nullptr);
  EXPECT_EQ(index.match("TaskQueue", line, fields), nullptr);
  EXPECT_EQ(index.match("", line, fields), nullptr);
}

TEST(ImporterLines, NumbersThatDoNotFitAreNone) {
  LineFields fields;
  ASSERT_TRUE(fields.add(Placeholder::task, "99999999999999999999999"));
  EXPECT_EQ(fields.number(Placeholder::task), std::nullopt);
  EXPECT_EQ(fields.number(Placeholder::slot), std::nullopt);
}

TEST(ImporterLines, NamesCarryPoolAndSecond) {
  const auto pod = parts_of_pod_name("iac-agent-pool-z73eh8ihywlmgx0x-1764827465");
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->pool, "pool-z73eh8ihywlmgx0x");
  EXPECT_EQ(pod->second, 1764827465);
  EXPECT_FALSE(parts_of_pod_name("iac-agent-pool-a-7d9f-x2k"));
  EXPECT_FALSE(parts_of_pod_name("iac-agent-pool-a-0001764827465"));
  EXPECT_FALSE(parts_of_pod_name("iac-agent-1764827465"));
  EXPECT_FALSE(parts_of_pod_name("web-pool-a-1764827465"));
  EXPECT_EQ(parts_of_agent_name("agent-p1-1767607200123456789")->second, 1767607200);
  EXPECT_EQ(parts_of_agent_name("agent-p1-1767607200")->second, 1767607200);
}

RC_GTEST_PROP(ImporterLines, AnyBytesAreTakenApart, (const std::string& bytes)) {
  const PlatformLine parts = take_apart(bytes, zone);
  RC_ASSERT(parts.tag.size() + parts.text.size() <= bytes.size());
  if (!bytes.empty()) other_writer(bytes, parts);
  const ShapeIndex index;
  LineFields fields;
  index.match(parts.tag, parts.text, fields);
  is_platform_log(bytes);
}

}  // namespace
}  // namespace holdfast
