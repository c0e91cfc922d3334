#include <gtest/gtest.h>

#include "crypto/seal/process.h"

int main(int argc, char** argv) {
  sandyk::crypto::start_process();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
