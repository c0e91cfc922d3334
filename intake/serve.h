// The running server: vault, router and front put together, and what the clock and signals ask of them.
#pragma once

#include "intake/config.h"

namespace sandyk::intake {

/// Serves until SIGTERM or SIGINT; SIGHUP and 00:00 UTC turn the epoch. Returns the exit code. Call it before
/// any other thread is started: it blocks the signals it waits for.
int serve(const Config& config);

/// Says whether `serve` could start, without starting it: certificate, key, folder. Returns the exit code.
int check(const Config& config);

}  // namespace sandyk::intake
