// Memory straight from the system: zeros, aligned to and if possible made of huge pages where it is
// large, given back at once. For tables and pools of hundreds of megabytes, where a miss in the
// translation buffer costs as much as one in the cache.
//
// Thread safety: a value; threads may share the bytes as they see fit.
#pragma once

#include <cstddef>

namespace holdfast {

class PageMemory {
 public:
  PageMemory() = default;
  // `bytes` zeros; empty if the system has none left.
  static PageMemory of(std::size_t bytes);
  // The same, for a table of which little may be used: a page counts when it is first touched, and
  // no huge one is asked for.
  static PageMemory sparse(std::size_t bytes);
  ~PageMemory();
  PageMemory(PageMemory&& other) noexcept;
  PageMemory& operator=(PageMemory&& other) noexcept;

  std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace holdfast
