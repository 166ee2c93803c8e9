// Ctrl-C and SIGTERM as a flag, so that long work can end by itself and say what it found. The
// second signal ends the program at once.
#pragma once

#include <atomic>

namespace holdfast {

// Set once the process got such a signal.
const std::atomic<bool>& interrupted();

// From now on such a signal sets the flag. To be called once.
void catch_interrupts();

}  // namespace holdfast
