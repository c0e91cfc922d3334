// The main of every benchmark program that takes no words of its own: it starts as the real programs do.
#include <benchmark/benchmark.h>

#include "crypto/seal/process.h"

int main(int argc, char** argv) {
  sandyk::crypto::start_process();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
