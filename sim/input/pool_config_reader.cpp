#include <holdfast/sim/input/pool_config_reader.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <holdfast/sim/input/json.h>
#include <holdfast/sim/input/text_formats.h>
#include <holdfast/sim/input/yaml.h>

namespace holdfast {

namespace {

// Any text, the empty one too, as an argument or the value of a variable may be.
TextFault no_fault(std::string_view) { return {}; }
const TextFormat free_text{"text", "", no_fault};

Shape free_text_shape() { return text_shape(free_text); }

Shape quantities_shape(const std::string& what) {
  return dictionary_shape(what, text_shape(kubernetes_quantity), &resource_name);
}

// How much a quantity is, in units of its resource. Requires: it is a kubernetes_quantity.
double amount_of(std::string_view quantity) {
  if (quantity.starts_with('+')) quantity.remove_prefix(1);
  double number = std::numeric_limits<double>::infinity();  // what is too large stays so
  const char* const end = quantity.data() + quantity.size();
  const std::string_view suffix(std::from_chars(quantity.data(), end, number).ptr, end);
  constexpr std::string_view small = "num";
  constexpr std::string_view large = "kMGTPE";
  if (suffix.empty()) return number;
  if (const std::size_t place = small.find(suffix); place != small.npos) {
    constexpr std::array<double, 3> parts = {1e9, 1e6, 1e3};
    return number / parts[place];
  }
  const double step = suffix.size() == 2 ? 1024 : 1000;
  for (std::size_t power = large.find(suffix[0] == 'K' ? 'k' : suffix[0]) + 1; power-- > 0;) {
    number *= step;
  }
  return number;
}

// Kubernetes refuses every pod that asks for more than it may use.
void check_resources(const Node& node, Diagnostics& diagnostics) {
  const Node* requests = node.find("requests");
  const Node* limits = node.find("limits");
  if (requests == nullptr || limits == nullptr) return;
  for (const Entry& request : requests->entries()) {
    const Node* limit = limits->find(request.key);
    if (limit == nullptr) continue;
    if (amount_of(request.value.text()) <= amount_of(limit->text()) * (1 + 1e-9)) continue;
    diagnostics.add(request.value.span(),
                    fmt::format("the request for '{}' is {}, more than its limit, which is {}",
                                request.key, request.value.text(), limit->text()));
  }
}

Shape resources_shape() {
  Shape shape = mapping_shape(
      "resources",
      {optional_field("requests", quantities_shape("requests"), "what a node must have free"),
       optional_field("limits", quantities_shape("limits"), "what a pod may use at most")});
  for (const std::string name : {"cpu", "memory"}) {
    shape.misplaced.push_back({name, "under resources.limits or resources.requests",
                               fmt::format("resources: {{limits: {{{}: ...}}}}", name)});
  }
  shape.rule = check_resources;
  return shape;
}

Shape freeze_schedule_shape() {
  return mapping_shape(
      "freeze schedule",
      {required_field("from_time", time_of_day_shape(), "the first minute of the window"),
       required_field("to_time", time_of_day_shape(),
                      "the last minute of the window; before from_time it crosses midnight"),
       required_field("weekdays", sequence_shape(integer_shape(1, 7), 1, 7),
                      "the days it holds on, 1 Monday to 7 Sunday")});
}

std::vector<ShapeField> pool_config_fields() {
  return {
      required_field("image", text_shape(image_name), "the container image of the agent"),
      optional_field("image_pull_policy",
                     choice_shape(std::vector<std::string>{"Always", "IfNotPresent", "Never"}),
                     "when the image is fetched; the cluster decides when it is left out"),
      optional_field("command", sequence_shape(free_text_shape()), "replaces the image's command"),
      optional_field("args", sequence_shape(free_text_shape()), "replaces the image's arguments"),
      optional_field("env", dictionary_shape("env", free_text_shape(), &environment_name),
                     "environment variables"),
      optional_field("resources", resources_shape(), "what a pod asks for and may use"),
      optional_field("min_replicas", integer_shape(0, max_pool_replicas),
                     "pods that are always kept", "0"),
      optional_field("max_replicas", integer_shape(0, max_pool_replicas),
                     "pods that are never exceeded; 0 keeps no pod at all", "0"),
      optional_field("freeze_schedules", sequence_shape(freeze_schedule_shape()),
                     "hours in which the pool is kept without pods"),
  };
}

void check_replicas(const Node& node, Diagnostics& diagnostics) {
  const Node* minimum = node.find("min_replicas");
  const Node* maximum = node.find("max_replicas");
  const std::int64_t low = integer_or(node, "min_replicas", 0);
  const std::int64_t high = integer_or(node, "max_replicas", 0);
  if (low <= high) return;
  diagnostics.add(minimum->span(),
                  fmt::format("'min_replicas' is {}, more than 'max_replicas', which is {}{}", low,
                              high, maximum == nullptr ? " when left out" : ""));
}

std::map<std::string, std::string> texts_by_key(const Node* dictionary) {
  std::map<std::string, std::string> texts;
  if (dictionary == nullptr) return texts;
  for (const Entry& entry : dictionary->entries()) texts[entry.key] = entry.value.text();
  return texts;
}

FreezeSchedule freeze_schedule_of(const Node& node) {
  FreezeSchedule schedule;
  schedule.from_minute = minute_of_day_of(node.at("from_time"));
  schedule.to_minute = minute_of_day_of(node.at("to_time"));
  for (const Node& day : node.at("weekdays").items()) {
    const std::uint8_t bit = weekday_bit(static_cast<int>(integer_of(day)));
    schedule.weekdays = static_cast<std::uint8_t>(schedule.weekdays | bit);
  }
  return schedule;
}

ImagePullPolicy image_pull_policy_of(std::string_view name) {
  for (const ImagePullPolicy policy :
       {ImagePullPolicy::always, ImagePullPolicy::if_not_present, ImagePullPolicy::never}) {
    if (name_of(policy) == name) return policy;
  }
  return ImagePullPolicy::cluster_default;
}

bool is_json(const Source& source) {
  const std::string& file = source.file();
  if (file.ends_with(".json")) return true;
  if (file.ends_with(".yaml") || file.ends_with(".yml")) return false;
  const std::size_t first = source.text().find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && source.text()[first] == '{';
}

}  // namespace

const Shape& pool_config_shape() {
  static const Shape shape = [] {
    Shape pool = with_pool_config(mapping_shape("pool configuration", {}));
    pool.about = "A pool's configuration, as the platform stores it (K8sJobTemplateConfig).";
    pool.fields.front().is_required = true;
    return pool;
  }();
  return shape;
}

Shape with_pool_config(Shape shape) {
  for (ShapeField& field : pool_config_fields()) {
    field.is_required = false;
    shape.fields.push_back(std::move(field));
  }
  for (const std::string name : {"cpu", "memory"}) {
    for (const std::string suffix : {"_limit", "_request"}) {
      const std::string group = suffix.substr(1) + "s";
      shape.misplaced.push_back({name + suffix,
                                 fmt::format("under resources.{} as '{}'", group, name),
                                 fmt::format("resources: {{{}: {{{}: ...}}}}", group, name)});
    }
  }
  shape.rule = check_replicas;
  return shape;
}

Shape pool_id_shape() { return text_shape(pool_name); }

PoolConfig pool_config_of(const Node& node) {
  PoolConfig config;
  config.image = text_or(node, "image", "");
  config.image_pull_policy = image_pull_policy_of(text_or(node, "image_pull_policy", ""));
  config.command = texts_or_none(node, "command");
  config.args = texts_or_none(node, "args");
  config.env = texts_by_key(node.find("env"));
  if (const Node* resources = node.find("resources")) {
    config.resources.requests = texts_by_key(resources->find("requests"));
    config.resources.limits = texts_by_key(resources->find("limits"));
  }
  config.min_replicas = static_cast<int>(integer_or(node, "min_replicas", 0));
  config.max_replicas = static_cast<int>(integer_or(node, "max_replicas", 0));
  if (const Node* schedules = node.find("freeze_schedules")) {
    for (const Node& schedule : schedules->items()) {
      config.freeze_schedules.push_back(freeze_schedule_of(schedule));
    }
  }
  return config;
}

std::optional<PoolConfig> read_pool_config(const Source& source, Diagnostics& diagnostics) {
  const std::optional<Node> node =
      is_json(source) ? parse_json(source, diagnostics) : parse_yaml(source, diagnostics);
  if (!node || !check(pool_config_shape(), *node, diagnostics)) return std::nullopt;
  return pool_config_of(*node);
}

}  // namespace holdfast
