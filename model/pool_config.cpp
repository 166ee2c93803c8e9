#include <holdfast/model/pool_config.h>

namespace holdfast {

std::string_view name_of(ImagePullPolicy policy) {
  switch (policy) {
    case ImagePullPolicy::cluster_default: return "";
    case ImagePullPolicy::always: return "Always";
    case ImagePullPolicy::if_not_present: return "IfNotPresent";
    case ImagePullPolicy::never: return "Never";
  }
  return "";
}

}  // namespace holdfast
