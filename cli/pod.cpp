// holdfast pod: the manifest of an agent pod, before a pool configuration is saved.
#include <array>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include <holdfast/cli/options.h>
#include <holdfast/cli/read_file.h>
#include <holdfast/model/moment.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/pod_manifest.h>
#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/input/text_formats.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

extern const Command pod_command;

namespace {

// 2025-01-01T00:00:00Z, where scenarios begin that do not say when: no clock, the same bytes
// always.
constexpr std::int64_t default_created_us = 1'735'689'600 * second;
constexpr std::string_view default_pool = "pool-a";

ExitStatus run_pod(const Arguments& arguments, Terminal& terminal) {
  const std::string id =
      arguments.has("--id") ? arguments.text("--id") : std::string(default_pool);
  const TextFault refused = pool_name.fault(id);
  if (!refused.message.empty()) {
    return refuse(pod_command, terminal,
                  fmt::format("--id takes {}, not {}: {}", pool_name.what, in_quotes(id),
                              refused.message));
  }
  const auto read = read_file(arguments.operands().front());
  if (const auto* fault = std::get_if<Diagnostic>(&read)) {
    terminal.complain(render(*fault));
    return ExitStatus::refused;
  }
  Diagnostics diagnostics(std::get<Source>(read));
  const std::optional<PoolConfig> config =
      read_pool_config(std::get<Source>(read), diagnostics);
  if (!config) {
    terminal.complain(diagnostics.render());
    return ExitStatus::refused;
  }
  const Moment created{arguments.instant_us("--at", default_created_us)};
  const std::string manifest = pod_manifest(*config, id, created);
  if (format_of(arguments) == Format::text) {
    terminal.print(manifest);
    return ExitStatus::good;
  }
  JsonWriter json;
  json.begin_object();
  json.text("name", pod_name(id, created));
  json.text("manifest", manifest);
  json.end_object();
  terminal.print(json.finish());
  return ExitStatus::good;
}

constexpr std::array options{
    OptionInfo{.name = "--at",
               .value = "INSTANT",
               .about = "when the pod is created, a part of its name",
               .takes = Takes::instant,
               .by_default = "2025-01-01T00:00:00Z"},
    OptionInfo{.name = "--id",
               .value = "POOL_ID",
               .about = "the pool's id, a part of the pod's name",
               .takes = Takes::text,
               .by_default = "pool-a"},
};

constexpr Example examples[] = {
    {"holdfast pod pool.json --id pool-a --at 2025-11-08T15:53:08Z | kubectl diff -f -",
     "what a saved configuration would make of a pod"},
};

}  // namespace

const Command pod_command{
    .name = "pod",
    .about = "preview the pod manifest of a pool configuration",
    .description = "Checks a pool configuration (JSON, as the platform stores it, or YAML) and "
                   "prints the manifest that the platform would make of it. As JSON: an object "
                   "with `name` and `manifest`, which is YAML text.",
    .operand = {.name = "POOL",
                .about = "a file with a pool configuration; - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 1},
    .options = options,
    .examples = examples,
    .run = run_pod,
};

}  // namespace holdfast
