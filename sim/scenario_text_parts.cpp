#include <holdfast/sim/scenario_text_parts.h>

#include <algorithm>

#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_text.h>

namespace holdfast {
namespace {

constexpr std::size_t line_columns = 100;

// --- scalars -------------------------------------------------------------------------------------

bool is_printable(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::string_view bytes = text.substr(at, point.bytes);
    if (printable(point, bytes) != bytes) return false;
    at += point.bytes;
  }
  return true;
}

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Whether a reader takes the bare words as this text and as nothing else, wherever marks mean
// nothing.
bool is_text(std::string_view text) {
  if (text.empty() || !is_word_character(text.front()) || text.back() == ' ') return false;
  if (!is_printable(text) || text == "null" || text == "Null" || text == "NULL") return false;
  return Node::scalar(std::string(text), false, {}).scalar_type() == ScalarType::text;
}

// Text that stands without quotes in braces: words with single marks that mean nothing there.
bool is_plain_in_braces(std::string_view text) {
  const bool harmless = std::all_of(text.begin(), text.end(), [](char c) {
    return is_word_character(c) || std::string_view(" _-./+;()'").find(c) != std::string_view::npos;
  });
  return harmless && is_text(text);
}

// The same behind a key at the left.
bool is_plain(std::string_view text) {
  return is_text(text) && text.back() != ':' && text.find(": ") == std::string_view::npos &&
         text.find(" #") == std::string_view::npos;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::string_view bytes = text.substr(at, point.bytes);
    if (bytes == "\"" || bytes == "\\") result += '\\';
    result += printable(point, bytes);
    at += point.bytes;
  }
  return result + '"';
}

// Whether a reader of `>-` gets the same text: every line break there is a single space here.
bool folds(std::string_view text) {
  return is_printable(text) && !text.starts_with(' ') && !text.ends_with(' ') &&
         text.find("  ") == std::string_view::npos;
}

std::string folded(std::string_view text) {
  constexpr std::string_view margin = "  ";
  std::string result = ">-";
  std::size_t columns = line_columns;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::size_t wide = count_code_points(text.substr(0, space));
    const bool fits = columns + 1 + wide <= line_columns;
    result += fits ? " " : fmt::format("\n{}", margin);
    columns = (fits ? columns + 1 : margin.size()) + wide;
    result += text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return result;
}

// --- when ----------------------------------------------------------------------------------------

bool is_repeated(const Happening& happening) { return happening.drawn || happening.every_us > 0; }

FlowMapping config_mapping(const Scenario& scenario, const Happening& happening) {
  const ConfigTemplate& config = scenario.setup.configs[happening.argument];
  const PoolSpec& pool = scenario.pools[happening.pool];
  FlowMapping mapping;
  if (config.min_replicas != pool.min_replicas) mapping.add("min_replicas", config.min_replicas);
  if (config.max_replicas != pool.max_replicas) mapping.add("max_replicas", config.max_replicas);
  if (config.freeze != pool.freeze) mapping.add("freeze_schedules", freeze_text(config.freeze));
  return mapping;
}

// What stands in braces behind the action.
class ActionWriter {
 public:
  ActionWriter(const Scenario& scenario, const Happening& happening)
      : s_(scenario), h_(happening) {}

  FlowMapping write();

 private:
  void add_pool() {
    if (h_.pool != 0) mapping_.add("pool", scalar_text(s_.pools[h_.pool].id));
  }
  void add_submit();
  void add_failing_calls();

  const Scenario& s_;
  const Happening& h_;
  FlowMapping mapping_;
};

void ActionWriter::add_submit() {
  const TaskTemplate& task = s_.setup.tasks[h_.argument];
  mapping_.add("workspace", scalar_text(s_.workspaces[task.workspace].id));
  mapping_.add("type", name(task.type));
}

void ActionWriter::add_failing_calls() {
  mapping_.add("fault", name(h_.fault));
  if (h_.verb != Verb::none) mapping_.add("verb", name(h_.verb));
  if (h_.count != 1) mapping_.add("count", h_.count);
}

FlowMapping ActionWriter::write() {
  ReplicaIndex usual_replica = none;
  switch (h_.kind) {
    case ActionKind::restart:
      if (h_.duration_us >= 0) mapping_.add("down_for", duration_text(h_.duration_us));
      [[fallthrough]];
    case ActionKind::stop:
    case ActionKind::start: usual_replica = 0; break;
    case ActionKind::submit: add_submit(); break;
    case ActionKind::confirm:
    case ActionKind::cancel: mapping_.add("task", h_.task); break;
    case ActionKind::save_config:
      mapping_ = config_mapping(s_, h_);
      [[fallthrough]];
    case ActionKind::sync:
    case ActionKind::unfreeze:
    case ActionKind::rotate_token: add_pool(); break;
    case ActionKind::crash_pod:
    case ActionKind::evict_pod:
    case ActionKind::lose_node:
    case ActionKind::succeed_pod:
    case ActionKind::disconnect_agent:
    case ActionKind::silence_agent: mapping_.add("pod", h_.pod); break;
    case ActionKind::fail_calls: add_failing_calls(); break;
    case ActionKind::clock_step: mapping_.add("by", duration_text(h_.duration_us)); break;
    case ActionKind::lose_leader: break;
  }
  if (h_.replica != usual_replica) mapping_.add("replica", h_.replica);
  return std::move(mapping_);
}

// When it happens: keys and values.
std::vector<std::pair<std::string_view, std::string>> moments_of(const Happening& happening) {
  std::vector<std::pair<std::string_view, std::string>> moments;
  if (happening.drawn) {
    moments.emplace_back("arrivals", distribution_text(happening.gap));
  } else if (is_repeated(happening)) {
    moments.emplace_back("every", duration_text(happening.every_us));
  } else {
    moments.emplace_back("at", duration_text(happening.at_us));
  }
  if (is_repeated(happening) && happening.at_us != 0) {
    moments.emplace_back("from", duration_text(happening.at_us));
  }
  if (happening.until_us >= 0) moments.emplace_back("until", duration_text(happening.until_us));
  return moments;
}

std::string happening_text(const Scenario& scenario, const Happening& happening) {
  std::string text;
  for (const auto& [key, value] : moments_of(happening)) {
    text += fmt::format("  {} {}: {}\n", text.empty() ? '-' : ' ', key, value);
  }
  const std::string_view action = name(happening.kind);
  const FlowMapping mapping = ActionWriter(scenario, happening).write();
  text += fmt::format("    {}:", action);
  if (!mapping.empty()) text += fmt::format(" {}", mapping.text(action.size() + 6));
  return text + '\n';
}

// --- expect --------------------------------------------------------------------------------------

std::string bracketed(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string task_part_text(const StateTest::TaskPart& part) {
  FlowMapping mapping;
  mapping.add("id", part.number);
  if (part.status) mapping.add("status", name(*part.status));
  if (part.pod) mapping.add("pod", *part.pod);
  if (part.in_slot) mapping.add("in_slot", *part.in_slot);
  return mapping.text(0);
}

// The parts of a state test, each as key and value.
std::vector<std::pair<std::string_view, std::string>> state_parts(const StateTest& test) {
  std::vector<std::pair<std::string_view, std::string>> parts;
  const auto count = [&parts](std::string_view key, const std::optional<int>& value) {
    if (value) parts.emplace_back(key, fmt::format("{}", *value));
  };
  count("pods", test.pods);
  count("managed", test.managed);
  count("reserved", test.reserved);
  count("running", test.running);
  std::vector<std::string> tasks;
  for (const StateTest::TaskPart& part : test.tasks) tasks.push_back(task_part_text(part));
  if (tasks.size() == 1) parts.emplace_back("task", tasks.front());
  if (tasks.size() > 1) parts.emplace_back("tasks", bracketed(tasks));
  std::vector<std::string> pods;
  for (const auto& [ordinal, alive] : test.pod_lives) {
    pods.push_back(fmt::format("{{index: {}, lives: {}}}", ordinal, alive));
  }
  if (pods.size() == 1) parts.emplace_back("pod", pods.front());
  if (pods.size() > 1) parts.emplace_back("pod", bracketed(pods));
  return parts;
}

std::string expectation_text(const Expectation& expectation) {
  const std::string_view kind = name(expectation.kind);
  std::string text = fmt::format("  - {}: ", kind);
  switch (expectation.kind) {
    case ExpectationKind::violates:
    case ExpectationKind::holds:
    case ExpectationKind::reaches: text += expectation.property + '\n'; break;
    case ExpectationKind::at:
      text += duration_text(expectation.at_us) + '\n';
      for (const auto& [key, value] : state_parts(expectation.test)) {
        text += fmt::format("    {}: {}\n", key, value);
      }
      break;
    case ExpectationKind::never:
    case ExpectationKind::eventually: {
      FlowMapping state;
      for (const auto& [key, value] : state_parts(expectation.test)) state.add(key, value);
      text += state.text(text.size()) + '\n';
      break;
    }
  }
  if (expectation.within_us >= 0) {
    text += fmt::format("    within: {}\n", duration_text(expectation.within_us));
  }
  return text;
}

}  // namespace

std::string FlowMapping::text(std::size_t column) const {
  std::string result = "{";
  const std::size_t inside = column + 1;
  std::size_t columns = inside;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool last = i + 1 == entries_.size();
    const std::size_t wide = count_code_points(entries_[i]) + 1;
    if (i > 0 && columns + 1 + wide > line_columns) {
      result += fmt::format("\n{:{}}", "", inside);
      columns = inside;
    } else if (i > 0) {
      result += ' ';
      ++columns;
    }
    result += entries_[i];
    result += last ? '}' : ',';
    columns += wide;
  }
  return entries_.empty() ? "{}" : result;
}

std::string scalar_text(std::string_view text) {
  return is_plain_in_braces(text) ? std::string(text) : quoted(text);
}

std::string text_value(std::string_view text, std::size_t column) {
  const std::string scalar = is_plain(text) ? std::string(text) : quoted(text);
  const bool fits = column + count_code_points(scalar) <= line_columns;
  return fits || !folds(text) ? scalar : folded(text);
}

std::string freeze_text(const std::vector<FreezeSchedule>& schedules) {
  std::vector<std::string> windows;
  const auto time = [](int at) { return fmt::format("\"{:02}:{:02}\"", at / 60, at % 60); };
  for (const FreezeSchedule& schedule : schedules) {
    std::vector<std::string> days;
    for (int weekday = 1; weekday <= 7; ++weekday) {
      const bool holds = (schedule.weekdays & weekday_bit(weekday)) != 0;
      if (holds) days.push_back(fmt::format("{}", weekday));
    }
    windows.push_back(fmt::format("{{from_time: {}, to_time: {}, weekdays: {}}}",
                                  time(schedule.from_minute), time(schedule.to_minute),
                                  bracketed(days)));
  }
  return bracketed(windows);
}

std::string happening_line(const Scenario& scenario, const Happening& happening) {
  std::string text;
  for (const auto& [key, value] : moments_of(happening)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", key, value);
  }
  text += fmt::format(": {}", name(happening.kind));
  const FlowMapping mapping = ActionWriter(scenario, happening).write();
  return mapping.empty() ? text : fmt::format("{} {}", text, mapping.text(0));
}

std::string happenings_text(const Scenario& scenario) {
  std::string text;
  for (const Happening& happening : scenario.when) text += happening_text(scenario, happening);
  return text.empty() ? text : "when:\n" + text;
}

std::string expectations_text(const Scenario& scenario) {
  std::string text;
  for (const Expectation& expectation : scenario.expect) text += expectation_text(expectation);
  return text.empty() ? text : "expect:\n" + text;
}

std::vector<std::size_t> first_mentions(const Scenario& scenario) {
  std::vector<WorkspaceIndex> mentions;
  for (const GivenTask& task : scenario.given_tasks) mentions.push_back(task.workspace);
  for (const Happening& happening : scenario.when) {
    if (happening.kind != ActionKind::submit) continue;
    mentions.push_back(scenario.setup.tasks[happening.argument].workspace);
  }
  std::vector<std::size_t> first(scenario.workspaces.size(), never_mentioned);
  for (std::size_t i = mentions.size(); i-- > 0;) first[mentions[i]] = i;
  return first;
}

}  // namespace holdfast
