// What the tests of the importers share: a log as text in, its events as text out.
#pragma once

#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/replay/importers/platform_log.h>

namespace holdfast {

// The data that lies beside the checkout, if it does.
inline std::filesystem::path shared_data() {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / ".." / "shared";
}

inline ImportResult import_text(const std::string& text, const ImportOptions& options = {}) {
  std::istringstream stream(text);
  LogLines lines(options.max_line_bytes);
  lines.source().open(stream);
  return import_platform_log(lines, options);
}

inline ImportResult import_file(const std::filesystem::path& path,
                                const ImportOptions& options = {}) {
  LogLines lines(options.max_line_bytes);
  if (!lines.source().open(path.string())) return {};
  return import_platform_log(lines, options);
}

// "PM06 slot.assigned task 1 pod iac-agent-p1-1767607200 slot 0"; an assumed event has a "?".
// Requires: pods keep their places, as they do in an imported log.
inline std::string told(const ImportResult& result, const ImportedEvent& imported) {
  const Event& e = imported.event;
  const EventInfo& type = info(e.type);
  std::string text = fmt::format("{} {}{}", imported.row, type.name, imported.assumed ? "?" : "");
  if (type.has(Field::task) && e.task != none) text += ' ' + task_name(result.world, e.task);
  if (type.has(Field::workspace)) {
    const std::string id = workspace_id(result.header.setup, e.workspace);
    text += " workspace " + (id.empty() ? fmt::format("#{}", e.workspace) : id);
  }
  if (type.has(Field::pod) && e.pod != none) {
    text += " pod " + pod_name(result.world, result.header.setup, e.pod);
  } else if (type.has(Field::pool) && e.pool != none) {
    text += " pool " + pool_id(result.header.setup, e.pool);
  }
  if (type.has(Field::slot) && e.slot != no_slot) text += fmt::format(" slot {}", e.slot);
  if (type.has(Field::action)) text += fmt::format(" {}", name(e.action));
  if (type.has(Field::status)) text += fmt::format(" {}", name(e.status));
  if (type.has(Field::row)) text += fmt::format(" {}", name(e.row.status));
  if (e.type == EventType::autoscaler_measured || e.type == EventType::autoscaler_decided) {
    text += fmt::format(" {} {} {} {}", e.n[0], e.n[1], e.n[2], e.n[3]);
  }
  if (e.type == EventType::queue_retry_scheduled) {
    text += fmt::format(" in {} s", e.n[0] / second);
  }
  if (info(e.type).has(Field::memory) && e.memory != 0) text += fmt::format(" memory {}", e.memory);
  if (e.reason != Reason::none) text += fmt::format(" ({})", name(e.reason));
  return text;
}

// One event a line, those that `wanted` lets through.
inline std::string told(const ImportResult& result,
                        const std::function<bool(const ImportedEvent&)>& wanted) {
  std::string text;
  for (const ImportedEvent& imported : result.events) {
    if (wanted(imported)) text += told(result, imported) + '\n';
  }
  return text;
}

inline std::string told(const ImportResult& result) {
  return told(result, [](const ImportedEvent&) { return true; });
}

}  // namespace holdfast
