// The reader: a process of its own that looks into databases and packed reports, without keys, files or
// network.
#pragma once

namespace sandyk::desk {

/// Lives in the sandbox and answers on `channel` until the other side is gone. Returns an exit code.
int run_reader(int channel);

/// The argument by which sandyk-desk starts itself as the reader.
inline constexpr const char* reader_word = "--reader";
inline constexpr int reader_channel = 0;

}  // namespace sandyk::desk
