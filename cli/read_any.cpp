#include <holdfast/cli/read_any.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <istream>
#include <streambuf>
#include <variant>

#include <holdfast/cli/close_file.h>
#include <holdfast/cli/find_log.h>
#include <holdfast/cli/read_file.h>
#include <holdfast/replay/importers/platform_log.h>
#include <holdfast/replay/log_reader.h>
#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

constexpr std::size_t beginning_bytes = std::size_t{64} << 10U;
constexpr std::string_view zstd_magic = "\x28\xB5\x2F\xFD";

// Standard input, of which the beginning was read before.
class RestOfInput : public std::streambuf {
 public:
  explicit RestOfInput(std::string beginning) : block_(std::move(beginning)) {
    show(block_.size());
  }

 protected:
  int_type underflow() override {
    block_.resize(beginning_bytes);
    show(std::fread(block_.data(), 1, block_.size(), stdin));
    return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
  }

 private:
  void show(std::size_t count) { setg(block_.data(), block_.data(), block_.data() + count); }

  std::string block_;
};

std::string beginning_of(std::FILE* file) {
  std::string text(beginning_bytes, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  return text;
}

// Whether some line begins with the key of a mapping at the top level.
bool has_key(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos;
       at = text.find(key, at + 1)) {
    const std::size_t end = at + key.size();
    if ((at == 0 || text[at - 1] == '\n') && end < text.size() && text[end] == ':') return true;
  }
  return false;
}

void add(ReadAny& result, const Diagnostic& diagnostic) {
  result.problems += render(diagnostic);
  result.diagnostics.push_back(diagnostic);
}

bool is_log_of_others(FileKind kind) {
  return kind == FileKind::text_log || kind == FileKind::audit_log;
}

Diagnostic log_of_others(FileKind kind, const std::string& path) {
  if (kind == FileKind::audit_log) return {path, {}, std::string(no_audit_logs), {}, {}};
  return {path, {}, "a text log of the platform: `holdfast import` makes an event log of it, "
                    "`holdfast replay` reads it as it is", {}, {}};
}

void read_source(const Source& source, ReadAny& result) {
  Diagnostics diagnostics(source);
  if (result.kind == FileKind::pool) {
    result.is_good = read_pool_config(source, diagnostics).has_value();
  } else {
    result.scenario = read_scenario(source, diagnostics);
    result.is_good = result.scenario.has_value();
  }
  result.problems = diagnostics.render();
  result.diagnostics = diagnostics.kept();
}

void read_log(LogReader& log, bool is_open, ReadAny& result) {
  while (is_open && log.next() != nullptr) {
    if (!log.fold()) break;
  }
  result.is_good = !log.error().has_value();
  result.events = log.folded();
  if (log.error()) add(result, *log.error());
  if (log.warning()) add(result, *log.warning());
  if (result.is_good) result.header = log.header();
}

void read_text(std::variant<Source, Diagnostic> read, ReadAny& result) {
  if (const auto* fault = std::get_if<Diagnostic>(&read)) return add(result, *fault);
  read_source(std::get<Source>(read), result);
}

ReadAny read_standard_input() {
  ReadAny result;
  std::string text = beginning_of(stdin);
  result.kind = kind_of(text);
  if (is_log_of_others(result.kind)) {
    add(result, log_of_others(result.kind, "standard input"));
    return result;
  }
  if (result.kind == FileKind::log) {
    RestOfInput rest(std::move(text));
    std::istream stream(&rest);
    LogReader log;
    const bool is_open = log.open(stream, "standard input");
    read_log(log, is_open, result);
    return result;
  }
  while (text.size() <= max_source_bytes) {
    const std::string more = beginning_of(stdin);
    if (more.empty()) break;
    text += more;
  }
  read_text(make_source("standard input", std::move(text)), result);
  return result;
}

}  // namespace

std::string_view text_of(FileKind kind) {
  switch (kind) {
    case FileKind::scenario: return "scenario";
    case FileKind::pool: return "pool configuration";
    case FileKind::log: return "event log";
    case FileKind::text_log: return "text log of the platform";
    case FileKind::audit_log: return "Kubernetes audit log";
  }
  return {};
}

FileKind kind_of(std::string_view beginning) {
  if (beginning.starts_with(zstd_magic)) return FileKind::log;
  if (is_kubernetes_audit_log(beginning)) return FileKind::audit_log;
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return FileKind::scenario;
  if (beginning[first] == '{') {
    const std::string_view line = beginning.substr(0, beginning.find('\n', first));
    if (line.find("\"specversion\"") != std::string_view::npos) return FileKind::log;
    return beginning.find("\"expect\"") == std::string_view::npos ? FileKind::pool
                                                                  : FileKind::scenario;
  }
  if (is_platform_log(beginning)) return FileKind::text_log;
  return has_key(beginning, "image") && !has_key(beginning, "expect") ? FileKind::pool
                                                                      : FileKind::scenario;
}

ReadAny read_any(const std::string& path) {
  if (path == "-") return read_standard_input();
  ReadAny result;
  std::string beginning;
  if (const OwnedFile file(std::fopen(path.c_str(), "rb")); file) {
    beginning = beginning_of(file.get());
  }
  result.kind = kind_of(beginning);
  if (is_log_of_others(result.kind)) {
    add(result, log_of_others(result.kind, path));
  } else if (result.kind == FileKind::log) {
    LogReader log;
    const bool is_open = log.open(path);
    read_log(log, is_open, result);
  } else {
    read_text(read_file(path), result);
  }
  return result;
}

}  // namespace holdfast
