// A file that appears only when it is complete: written under another name beside it, then renamed.
// A device or a pipe is written to as it is.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace holdfast {

class OutputFile {
 public:
  // Nothing is touched before something is written to temporary_path().
  explicit OutputFile(std::string path);
  // Removes what was not committed.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  // Where to write; it ends like path(). Requires: not committed.
  const std::string& temporary_path() const { return temporary_path_; }

  // Gives the written file its name. Empty, or why that failed.
  std::string commit();

 private:
  std::string path_;
  std::string temporary_path_;
  bool committed_ = false;
};

// Writes a whole file. Empty, or why that failed.
std::string write_file(const std::string& path, std::string_view text);

// Why nothing can be written under this name, as far as that is known beforehand; or empty. What is
// read (`inputs`, "-" is standard input) is not written over, under whatever name it is given.
std::string output_fault(const std::string& path, std::span<const std::string> inputs);

}  // namespace holdfast
