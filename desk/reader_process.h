// The reader: processes that look into databases and packed reports, without keys, files or network. The one
// that the desk starts forks another for each talk, and reads nothing itself.
#pragma once

namespace sandyk::desk {

/// Lives in the sandbox and forks a process for each line that comes over `control`, until the other side is
/// gone. Returns an exit code.
int run_reader(int control);

/// The argument by which sandyk-desk starts itself as the reader.
inline constexpr const char* reader_word = "--reader";
inline constexpr int reader_control = 0;
inline constexpr int reader_talk = 1;  ///< in every process: the first number that is free

}  // namespace sandyk::desk
