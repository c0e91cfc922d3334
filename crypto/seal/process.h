// What every program does first, once.
#pragma once

namespace sandyk::crypto {

/// Starts libsodium, checks its version, switches core dumps off and makes the process non-dumpable
/// (not under sanitizers, which need ptrace). Call before anything else in main; throws
/// std::runtime_error when the library is too old or cannot start.
void start_process();

/// True when this process may lock at least a megabyte of memory, so that secrets stay out of swap.
bool can_lock_memory();

}  // namespace sandyk::crypto
