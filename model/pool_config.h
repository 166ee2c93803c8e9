#pragma once

// What a user configures for a pool: the platform's K8sJobTemplateConfig as a value. Reading it
// from a file, with all checks, is sim/input/pool_config_reader.h.
//
// Thread safety: all functions are pure.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/model/freeze.h>

namespace holdfast {

enum class ImagePullPolicy { cluster_default, always, if_not_present, never };

// As Kubernetes spells it; empty for cluster_default.
std::string_view name_of(ImagePullPolicy policy);

struct PoolResources {
  std::map<std::string, std::string> requests;  // resource name to quantity, as written
  std::map<std::string, std::string> limits;

  friend bool operator==(const PoolResources&, const PoolResources&) = default;
};

struct PoolConfig {
  std::string image;
  ImagePullPolicy image_pull_policy = ImagePullPolicy::cluster_default;
  std::vector<std::string> command;
  std::vector<std::string> args;
  std::map<std::string, std::string> env;
  PoolResources resources;
  int min_replicas = 0;
  int max_replicas = 0;  // 0: not set, which lets the platform keep no pod at all
  std::vector<FreezeSchedule> freeze_schedules;

  friend bool operator==(const PoolConfig&, const PoolConfig&) = default;
};

}  // namespace holdfast
