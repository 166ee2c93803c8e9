// The kernel, explored: packed as small as its bounds allow.
#pragma once

#include <holdfast/sim/explorer.h>
#include <holdfast/tests/support/kernel.h>

namespace holdfast {

// Calls work(kernel) with the kernel of these bounds in the smallest word that takes it.
// Requires: kernel_refusal(bounds) is empty.
template <class Work>
auto with_kernel(const KernelBounds& bounds, Work work) {
  if (kernel_is_small(bounds)) return work(Kernel<std::uint64_t>(bounds));
  return work(Kernel<KernelWide>(bounds));
}

inline Exploration explore_kernel(const KernelBounds& bounds, const ExploreOptions& options = {}) {
  return with_kernel(bounds, [&](const auto& kernel) { return explore(kernel, options); });
}

}  // namespace holdfast
