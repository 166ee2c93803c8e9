// Numbers with the thing that is counted, for messages and reports.
//
// Thread safety: the function is pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

// "1 pod", "2 pods".
std::string counted(std::int64_t count, std::string_view thing);

}  // namespace holdfast
