#include <holdfast/cli/output_file.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

namespace holdfast {
namespace {

std::string fault_text(const std::string& path, std::string_view why) {
  return fmt::format("cannot write {}: {}", path, why);
}

// Neither a file nor a free name: it is written to as it is.
bool is_special(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (is_special(path_)) {
    temporary_path_ = path_;
    return;
  }
  const std::filesystem::path whole(path_);
  const std::string name = fmt::format(".{}.{}", getpid(), whole.filename().string());
  temporary_path_ = (whole.parent_path() / name).string();
}

OutputFile::~OutputFile() {
  if (committed_ || temporary_path_ == path_) return;
  std::error_code ignored;
  std::filesystem::remove(temporary_path_, ignored);
}

std::string OutputFile::commit() {
  if (temporary_path_ != path_) {
    std::error_code error;
    std::filesystem::rename(temporary_path_, path_, error);
    if (error) return fault_text(path_, error.message());
  }
  committed_ = true;
  return {};
}

std::string write_file(const std::string& path, std::string_view text) {
  OutputFile output(path);
  errno = 0;
  std::FILE* file = std::fopen(output.temporary_path().c_str(), "wb");
  if (file == nullptr) return fault_text(path, std::generic_category().message(errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed) return fault_text(path, std::generic_category().message(errno));
  return output.commit();
}

std::string output_fault(const std::string& path, std::span<const std::string> inputs) {
  std::error_code error;
  for (const std::string& input : inputs) {
    const std::string read = input == "-" ? "/dev/stdin" : input;
    if (is_special(path) || !std::filesystem::equivalent(path, read, error)) continue;
    return fault_text(path, "it is what is read");
  }
  if (std::filesystem::is_directory(path, error)) return fault_text(path, "it is a folder");
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (!std::filesystem::is_directory(folder, error)) {
    return fault_text(path, fmt::format("there is no folder {}", folder.string()));
  }
  const bool writable = is_special(path) ? access(path.c_str(), W_OK) == 0
                                         : access(folder.c_str(), W_OK) == 0;
  return writable ? std::string() : fault_text(path, std::generic_category().message(errno));
}

}  // namespace holdfast
