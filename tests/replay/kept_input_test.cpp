#include <holdfast/replay/kept_input.h>

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <cstdio>
#include <iterator>
#include <string>

namespace holdfast {
namespace {

std::string rest_of(std::istream& stream) {
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// What a command prints, as a pipe.
class Pipe {
 public:
  explicit Pipe(const std::string& command) : file_(popen(command.c_str(), "r")) {}
  ~Pipe() { pclose(file_); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  std::FILE* file() { return file_; }

 private:
  std::FILE* file_;
};

TEST(KeptInput, what_a_pipe_delivers_can_be_read_again) {
  Pipe pipe("printf 'one\\ntwo\\n'");
  KeptInput kept;
  ASSERT_TRUE(kept.take(pipe.file())) << kept.failure();
  for (int time = 0; time < 3; ++time) EXPECT_EQ(rest_of(kept.begin()), "one\ntwo\n");
}

TEST(KeptInput, begins_anew_wherever_the_reader_before_stood) {
  Pipe pipe("printf 'one\\ntwo\\n'");
  KeptInput kept;
  ASSERT_TRUE(kept.take(pipe.file())) << kept.failure();
  std::string word;
  kept.begin() >> word;
  EXPECT_EQ(word, "one");
  kept.begin() >> word;
  EXPECT_EQ(word, "one");
}

TEST(KeptInput, much_of_it_is_kept_in_a_file) {
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  constexpr std::size_t bytes = 10 * KeptInput::most_in_memory + 7;
  Pipe pipe("yes holdfast | head -c " + std::to_string(bytes));
  KeptInput kept;
  ASSERT_TRUE(kept.take(pipe.file())) << kept.failure();
  for (int time = 0; time < 2; ++time) {
    std::istream& stream = kept.begin();
    std::size_t size = 0;
    std::string line;
    while (std::getline(stream, line)) {
      ASSERT_EQ(line, std::string("holdfast").substr(0, line.size())) << size;
      size += line.size() + (stream.eof() ? 0 : 1);
    }
    EXPECT_EQ(size, bytes);
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  // Far less than it all, with what a sanitizer keeps of its own.
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, static_cast<long>(bytes >> 10) * 3 / 4) << "KiB";
}

TEST(KeptInput, a_file_is_read_from_where_it_stands_and_not_copied) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  std::fputs("header\none\ntwo\n", file);
  std::fseek(file, 7, SEEK_SET);
  KeptInput kept;
  ASSERT_TRUE(kept.take(file)) << kept.failure();
  EXPECT_EQ(rest_of(kept.begin()), "one\ntwo\n");
  std::fputs("three\n", file);
  EXPECT_EQ(rest_of(kept.begin()), "one\ntwo\nthree\n");
  std::fclose(file);
}

TEST(KeptInput, nothing_is_there_to_be_read_twice) {
  Pipe pipe("true");
  KeptInput kept;
  ASSERT_TRUE(kept.take(pipe.file())) << kept.failure();
  EXPECT_EQ(rest_of(kept.begin()), "");
}

TEST(KeptInput, says_why_there_is_nothing) {
  // A pipe that is written to and not read.
  std::FILE* sink = popen("cat > /dev/null", "w");
  KeptInput kept;
  EXPECT_FALSE(kept.take(sink));
  EXPECT_EQ(kept.failure(), "cannot read: Bad file descriptor");
  pclose(sink);
}

}  // namespace
}  // namespace holdfast
