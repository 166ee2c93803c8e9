#include <holdfast/sim/counted.h>

#include <fmt/format.h>

namespace holdfast {

std::string counted(std::int64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace holdfast
