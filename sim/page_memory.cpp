#include <holdfast/sim/page_memory.h>

#include <sys/mman.h>

#include <cstdint>
#include <utility>

namespace holdfast {
namespace {

constexpr std::size_t huge_page = std::size_t{1} << 21;

std::byte* map(std::size_t bytes) {
  void* address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return address == MAP_FAILED ? nullptr : static_cast<std::byte*>(address);
}

// Maps more than is asked for and gives back what lies before and after the aligned part.
std::byte* map_aligned(std::size_t bytes) {
  std::byte* const first = map(bytes + huge_page);
  if (first == nullptr) return nullptr;
  const std::size_t off = reinterpret_cast<std::uintptr_t>(first) % huge_page;
  const std::size_t before = off == 0 ? 0 : huge_page - off;
  if (before != 0) munmap(first, before);
  munmap(first + before + bytes, huge_page - before);
  // Only a hint: without it the memory is slower.
  madvise(first + before, bytes, MADV_HUGEPAGE);
  return first + before;
}

}  // namespace

PageMemory PageMemory::of(std::size_t bytes) {
  PageMemory memory;
  memory.data_ = bytes % huge_page == 0 ? map_aligned(bytes) : map(bytes);
  if (memory.data_ != nullptr) memory.bytes_ = bytes;
  return memory;
}

PageMemory PageMemory::sparse(std::size_t bytes) {
  PageMemory memory;
  memory.data_ = map(bytes);
  if (memory.data_ != nullptr) memory.bytes_ = bytes;
  return memory;
}

PageMemory::~PageMemory() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

PageMemory::PageMemory(PageMemory&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)}, bytes_{std::exchange(other.bytes_, 0)} {}

PageMemory& PageMemory::operator=(PageMemory&& other) noexcept {
  PageMemory taken = std::move(other);
  std::swap(data_, taken.data_);
  std::swap(bytes_, taken.bytes_);
  return *this;
}

}  // namespace holdfast
