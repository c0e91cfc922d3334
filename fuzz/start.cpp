// What every target does first, as every program of ours: guarded memory needs a started libsodium.
#include "crypto/seal/process.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  sandyk::crypto::start_process();
  return 0;
}
