// Saves a run as an event log while it goes on. The file has its name only once it is complete.
// Not for use from several threads.
#pragma once

#include <optional>
#include <string>

#include <holdfast/cli/output_file.h>
#include <holdfast/replay/log_writer.h>
#include <holdfast/sim/run.h>

namespace holdfast {

class LogSaver : public Observer {
 public:
  // `known` is what the same run came to before.
  LogSaver(std::string path, const Scenario& scenario, const RunResult& known);

  void before(const World&, const Clock&, const Occurrence&) override {}
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override;

  // Ends the log. Empty, or why it could not be written.
  std::string finish();
  const std::string& path() const { return output_.path(); }

 private:
  OutputFile output_;
  LogWriter writer_;
  bool good_ = false;
};

}  // namespace holdfast
