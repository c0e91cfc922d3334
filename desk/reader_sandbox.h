// What the desk's reader cannot do: open a file, use a network, start a program. It looks at what a stranger
// or a hostile server wrote, holds no key, and has one way out, to the program that started it.
//
// It is two kinds of process. The first forks and does nothing else: no byte from outside reaches it. Each of
// those that it forks has one talk with the desk, about one report or the pages of one epoch, and ends.
#pragma once

namespace sandyk::desk {

/// Confines this process and all that it forks for good: no more files than the desk gives through `control`,
/// and of those only the one at `talk` is read and written; bounded memory, no new privileges, a seccomp
/// filter that ends the process at a call it does not list. False when the system allows none of that; then
/// nothing may be read. Under sanitizers, which need more calls, it does nothing.
[[nodiscard]] bool enter_reader_sandbox(int control, int talk);

/// Takes from a forked process what only the forking one needs: to fork, to be given files, to change its
/// filter.
[[nodiscard]] bool enter_talk_sandbox();

}  // namespace sandyk::desk
