#include <holdfast/cli/read_file.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <holdfast/cli/close_file.h>

namespace holdfast {

namespace {

Diagnostic about_file(const std::string& name, std::string message) {
  return {name, {}, std::move(message), {}, {}};
}

std::string reason(int error) { return std::generic_category().message(error); }

// A size is only known of regular files; a pipe or a device shows it while it is read.
std::variant<Source, Diagnostic> read_all(const std::string& name, std::FILE* file) {
  std::string text;
  std::string block(std::size_t{64} << 10U, '\0');
  while (text.size() <= max_source_bytes) {
    const std::size_t count = std::fread(block.data(), 1, block.size(), file);
    text.append(block, 0, count);
    if (count < block.size()) break;
  }
  const int error = errno;
  if (std::ferror(file) != 0) return about_file(name, "cannot read: " + reason(error));
  return make_source(name, std::move(text));
}

}  // namespace

std::variant<Source, Diagnostic> read_file(const std::string& path) {
  if (path == "-") return read_all("standard input", stdin);
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return about_file(path, "this file does not exist");
  }
  if (error) return about_file(path, "cannot open: " + error.message());
  if (std::filesystem::is_directory(status)) {
    return about_file(path, "this is a folder, not a file");
  }
  const bool regular = std::filesystem::is_regular_file(status);
  if (regular && std::filesystem::file_size(path, error) > max_source_bytes && !error) {
    return too_large(path);
  }
  errno = 0;
  const OwnedFile file(std::fopen(path.c_str(), "rb"));
  if (!file) return about_file(path, "cannot open: " + reason(errno));
  return read_all(path, file.get());
}

}  // namespace holdfast
