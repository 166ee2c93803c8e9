// Closes a file of the C library when its owner goes.
#pragma once

#include <cstdio>
#include <memory>

namespace holdfast {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

using OwnedFile = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace holdfast
