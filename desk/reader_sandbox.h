// What the desk's reader cannot do: open a file, use a network, start a program. It looks at what a stranger
// or a hostile server wrote, holds no key, and has one way out, to the program that started it.
#pragma once

namespace sandyk::desk {

/// Confines this process for good: no more files than the one at `channel`, bounded memory, no new
/// privileges, a seccomp filter that ends the process at a call it does not list. False when the system
/// allows none of that; then nothing may be read. Under sanitizers, which need more calls, it does nothing.
[[nodiscard]] bool enter_reader_sandbox(int channel);

}  // namespace sandyk::desk
