#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/input/text_formats.h>
#include <holdfast/sim/input/yaml.h>

#include "input_support.h"

namespace holdfast {
namespace {

std::optional<PoolConfig> config_in(const std::string& text, const std::string& file) {
  const Source source = source_of(text, file);
  Diagnostics diagnostics(source);
  std::optional<PoolConfig> config = read_pool_config(source, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  return config;
}

std::string refusal(const std::string& text, const std::string& file = "pool.yaml") {
  const Source source = source_of(text, file);
  Diagnostics diagnostics(source);
  return read_pool_config(source, diagnostics) ? "accepted" : diagnostics.render();
}

PoolConfig full_config() {
  PoolConfig config;
  config.image = "registry.example.com/agent:1.2";
  config.image_pull_policy = ImagePullPolicy::if_not_present;
  config.command = {"/bin/agent"};
  config.args = {"-v", ""};
  config.env = {{"DEBUG", "1"}, {"EMPTY", ""}};
  config.resources.requests = {{"cpu", "250m"}};
  config.resources.limits = {{"cpu", "1"}, {"memory", "2Gi"}, {"nvidia.com/gpu", "1"}};
  config.min_replicas = 1;
  config.max_replicas = 3;
  config.freeze_schedules = {{22 * 60, 6 * 60, 0x1F}, {0, 1439, 0x40}};
  return config;
}

TEST(PoolConfigReader, TheSameConfigFromJsonAndYaml) {
  const std::string json = R"({
  "image": "registry.example.com/agent:1.2",
  "image_pull_policy": "IfNotPresent",
  "command": ["/bin/agent"],
  "args": ["-v", ""],
  "env": {"DEBUG": "1", "EMPTY": ""},
  "resources": {"requests": {"cpu": "250m"},
                "limits": {"cpu": "1", "memory": "2Gi", "nvidia.com/gpu": "1"}},
  "min_replicas": 1,
  "max_replicas": 3,
  "freeze_schedules": [
    {"from_time": "22:00", "to_time": "06:00", "weekdays": [1, 2, 3, 4, 5]},
    {"from_time": "00:00", "to_time": "23:59", "weekdays": [7, 7]}
  ]
})";
  const std::string yaml =
      "image: registry.example.com/agent:1.2\n"
      "image_pull_policy: IfNotPresent\n"
      "command: [/bin/agent]\n"
      "args: [-v, '']\n"
      "env: {DEBUG: '1', EMPTY: ''}\n"
      "resources:\n"
      "  requests: {cpu: 250m}\n"
      "  limits: {cpu: '1', memory: 2Gi, nvidia.com/gpu: '1'}\n"
      "min_replicas: 1\n"
      "max_replicas: 3\n"
      "freeze_schedules:\n"
      "- {from_time: 22:00, to_time: 06:00, weekdays: [1, 2, 3, 4, 5]}\n"
      "- {from_time: 00:00, to_time: 23:59, weekdays: [7]}\n";
  EXPECT_EQ(config_in(json, "pool.json"), full_config());
  EXPECT_EQ(config_in(json, "standard input"), full_config());
  EXPECT_EQ(config_in(json, "pool.yaml"), full_config()) << "JSON is YAML too";
  EXPECT_EQ(config_in(yaml, "pool.yaml"), full_config());
  EXPECT_EQ(config_in(yaml, "standard input"), full_config());
}

TEST(PoolConfigReader, OnlyTheImageIsNeeded) {
  PoolConfig config;
  config.image = "agent";
  EXPECT_EQ(config_in("{\"image\": \"agent\"}", "pool.json"), config);
  EXPECT_EQ(refusal("{}", "pool.json"),
            "pool.json:1:1: the key 'image' is missing in pool configuration; "
            "it is the container image of the agent\n"
            "  1 | {}\n"
            "    | ^\n");
}

TEST(PoolConfigReader, TheMistakeOfThePlatformsOwnPages) {
  EXPECT_EQ(refusal("{\n  \"image\": \"agent\",\n  \"cpu_limit\": \"500m\",\n"
                    "  \"memory_limit\": \"1Gi\"\n}\n",
                    "pool.json"),
            "pool.json:3:3: 'cpu_limit' does not belong in pool configuration; "
            "it belongs under resources.limits as 'cpu'\n"
            "  3 |   \"cpu_limit\": \"500m\",\n"
            "    |   ^~~~~~~~~~~ resources: {limits: {cpu: ...}}\n"
            "pool.json:4:3: 'memory_limit' does not belong in pool configuration; "
            "it belongs under resources.limits as 'memory'\n"
            "  4 |   \"memory_limit\": \"1Gi\"\n"
            "    |   ^~~~~~~~~~~~~~ resources: {limits: {memory: ...}}\n");
}

TEST(PoolConfigReader, SeveralMistakesAtOnce) {
  EXPECT_EQ(refusal("image: ''\n"
                    "image_pull_policy: always\n"
                    "min_replicas: -1\n"
                    "resources: {cpu: '1'}\n"
                    "freeze_schedules:\n"
                    "- {from_time: 9:30, to_time: 24:00, weekdays: [0, 8]}\n"),
            "pool.yaml:1:8: expected the name of an image for 'image', found ''; "
            "it must not be empty\n"
            "  1 | image: ''\n"
            "    |        ^~\n"
            "pool.yaml:2:20: expected one of Always, IfNotPresent, Never for "
            "'image_pull_policy', found 'always'\n"
            "  2 | image_pull_policy: always\n"
            "    |                    ^~~~~~ did you mean 'Always'?\n"
            "pool.yaml:3:15: expected an integer from 0 to 1000 for 'min_replicas', "
            "found the number -1\n"
            "  3 | min_replicas: -1\n"
            "    |               ^~\n"
            "pool.yaml:4:13: 'cpu' does not belong in resources; it belongs under "
            "resources.limits or resources.requests\n"
            "  4 | resources: {cpu: '1'}\n"
            "    |             ^~~ resources: {limits: {cpu: ...}}\n"
            "pool.yaml:6:15: expected a time of day HH:MM for 'from_time', found '9:30'; "
            "write 09:30\n"
            "  6 | - {from_time: 9:30, to_time: 24:00, weekdays: [0, 8]}\n"
            "    |               ^~~~\n"
            "pool.yaml:6:30: expected a time of day HH:MM for 'to_time', found '24:00'; "
            "a day runs from 00:00 to 23:59\n"
            "  6 | - {from_time: 9:30, to_time: 24:00, weekdays: [0, 8]}\n"
            "    |                              ^~~~~\n"
            "pool.yaml:6:48: expected an integer from 1 to 7 for item 1 of 'weekdays', "
            "found the number 0\n"
            "  6 | - {from_time: 9:30, to_time: 24:00, weekdays: [0, 8]}\n"
            "    |                                                ^\n"
            "pool.yaml:6:51: expected an integer from 1 to 7 for item 2 of 'weekdays', "
            "found the number 8\n"
            "  6 | - {from_time: 9:30, to_time: 24:00, weekdays: [0, 8]}\n"
            "    |                                                   ^\n");
}

TEST(PoolConfigReader, ARequestMayNotExceedItsLimit) {
  const auto resources = [](const std::string& request, const std::string& limit) {
    return refusal("image: a\nresources: {requests: {cpu: '" + request + "'}, limits: {cpu: '" +
                   limit + "'}}\n");
  };
  for (const auto& [request, limit] :
       std::vector<std::pair<std::string, std::string>>{{"500m", "1"},
                                                        {"100m", "0.1"},
                                                        {"1536Mi", "1.5Gi"},
                                                        {"1e3", "1k"},
                                                        {"1M", "1Mi"},
                                                        {"1000n", "1u"},
                                                        {"1", "1E"},
                                                        {"1Ki", "1.024k"}}) {
    EXPECT_EQ(resources(request, limit), "accepted") << request << ' ' << limit;
  }
  EXPECT_EQ(resources("2", "1500m"),
            "pool.yaml:2:29: the request for 'cpu' is 2, more than its limit, which is 1500m\n"
            "  2 | resources: {requests: {cpu: '2'}, limits: {cpu: '1500m'}}\n"
            "    |                             ^~~\n");
  for (const auto& [request, limit] : std::vector<std::pair<std::string, std::string>>{
           {"1Mi", "1M"}, {"2Ki", "2k"}, {"1e3", "999"}, {"1Gi", "1023Mi"}, {"2m", "1999u"}}) {
    EXPECT_NE(resources(request, limit), "accepted") << request << ' ' << limit;
  }
  EXPECT_EQ(refusal("image: a\nresources: {requests: {cpu: '2'}, limits: {memory: 1Gi}}\n"),
            "accepted");
}

TEST(PoolConfigReader, TheMinimumMayNotExceedTheMaximum) {
  EXPECT_EQ(refusal("image: a\nmin_replicas: 3\nmax_replicas: 3\n"), "accepted");
  EXPECT_EQ(refusal("image: a\nmin_replicas: 5\nmax_replicas: 3\n"),
            "pool.yaml:2:15: 'min_replicas' is 5, more than 'max_replicas', which is 3\n"
            "  2 | min_replicas: 5\n"
            "    |               ^\n");
  EXPECT_EQ(refusal("image: a\nmin_replicas: 1\n"),
            "pool.yaml:2:15: 'min_replicas' is 1, more than 'max_replicas', which is 0 when left "
            "out\n"
            "  2 | min_replicas: 1\n"
            "    |               ^\n");
}

TEST(PoolConfigReader, AValueThatMustBeQuoted) {
  EXPECT_EQ(refusal("image: a\nenv: {DEBUG: 1}\n"),
            "pool.yaml:2:14: expected text for 'DEBUG', found the number 1\n"
            "  2 | env: {DEBUG: 1}\n"
            "    |              ^ quote it: \"1\"\n");
}

TEST(PoolConfigReader, AWrongFileIsNotReadAsAConfig) {
  EXPECT_EQ(refusal("- image: a\n"),
            "pool.yaml:1:1: expected a mapping (pool configuration), found a list\n"
            "  1 | - image: a\n"
            "    | ^\n");
  EXPECT_EQ(refusal("{\"image\": \"a\",}", "pool.json"),
            "pool.json:1:14: nothing stands after this comma\n"
            "  1 | {\"image\": \"a\",}\n"
            "    |              ^ remove it\n");
}

TEST(PoolConfigReader, AMappingThatHoldsMoreMayLeaveTheImageOut) {
  const Shape shape = with_pool_config(
      mapping_shape("pool", {required_field("id", pool_id_shape(), "the pool's name")}));
  const Source source = source_of("{id: pool-a, min_replicas: 0, max_replicas: 3}");
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  ASSERT_TRUE(node);
  ASSERT_TRUE(check(shape, *node, diagnostics)) << diagnostics.render();
  EXPECT_EQ(pool_config_of(*node).max_replicas, 3);
  EXPECT_EQ(pool_config_of(*node).image, "");
}

TEST(TextFormat, Quantities) {
  for (const char* text : {"0", "1", "500m", "1.5", "1.", ".5Gi", "2Gi", "1e3", "1E-3", "+1", "1E",
                           "100n", "12Ki", "3k"}) {
    EXPECT_EQ(kubernetes_quantity.fault(text).message, "") << text;
  }
  const std::string suffixes = "the suffixes are m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei";
  const std::vector<std::pair<std::string, TextFault>> cases{
      {"", {"it must start with a number", ""}},
      {".", {"it must start with a number", ""}},
      {"Gi", {"it must start with a number", ""}},
      {"-1", {"it cannot be negative", ""}},
      {"1 Gi", {suffixes, ""}},
      {"1e", {suffixes, ""}},
      {"1GB", {suffixes, "did you mean '1G'?"}},
      {"1.5gi", {suffixes, "did you mean '1.5Gi'?"}},
      {"2K", {suffixes, "did you mean '2k'?"}}};
  for (const auto& [text, expected] : cases) {
    const TextFault fault = kubernetes_quantity.fault(text);
    EXPECT_EQ(fault.message, expected.message) << text;
    EXPECT_EQ(fault.hint, expected.hint) << text;
  }
}

TEST(TextFormat, ResourceNames) {
  for (const char* text : {"cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu",
                           "a-b.example.com/x_y.z"}) {
    EXPECT_EQ(resource_name.fault(text).message, "") << text;
  }
  EXPECT_EQ(resource_name.fault("mem").hint, "did you mean 'memory'?");
  EXPECT_EQ(resource_name.fault("CPU").hint, "did you mean 'cpu'?");
  EXPECT_EQ(resource_name.fault("hugepages-x").hint, "");
  for (const char* text : {"", "gpu", "hugepages-", "/gpu", "a./b", "a..b/c", "-a.b/c", "a/b c"}) {
    EXPECT_NE(resource_name.fault(text).message, "") << text;
  }
}

TEST(TextFormat, NamesOfVariablesImagesAndPools) {
  EXPECT_EQ(environment_name.fault("_A-b.9").message, "");
  EXPECT_EQ(environment_name.fault("9A").message, "it cannot start with a digit");
  EXPECT_EQ(environment_name.fault("A B").message,
            "only letters, digits, '_', '-' and '.' are allowed");
  EXPECT_EQ(environment_name.fault("").message, "it must not be empty");
  EXPECT_EQ(image_name.fault("localhost:5000/a/b_c@sha256:0f").message, "");
  EXPECT_EQ(image_name.fault("a b").message, "only letters, digits and - _ . / : @ are allowed");
  EXPECT_EQ(image_name.fault(":latest").message, "it must start with a letter or digit");
  EXPECT_EQ(image_name.fault(std::string(501, 'a')).message, "it is too long");
  EXPECT_EQ(pool_name.fault("pool-z73eh8ihywlmgx0x").message, "");
  EXPECT_EQ(pool_name.fault("Pool").message, "only lower case letters, digits and '-' are allowed");
  EXPECT_EQ(pool_name.fault("-a").message, "it must start and end with a letter or digit");
  EXPECT_EQ(pool_name.fault(std::string(42, 'a')).message, "");
  EXPECT_EQ(pool_name.fault(std::string(43, 'a')).message, "at most 42 characters");
}

}  // namespace
}  // namespace holdfast
