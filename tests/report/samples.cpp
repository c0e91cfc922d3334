#include "tests/report/samples.h"

#include <stdexcept>

#include "crypto/seal/file.h"

namespace sandyk::testing {

std::vector<std::string> sample_names() {
  return {"report_ru", "report_ky", "report_min_en"};
}

std::string sample(const std::string& name) {
  const auto bytes = crypto::read_file(SANDYK_TESTS_FOLDER "/samples/" + name + ".json", 1 << 20);
  if (!bytes) throw std::runtime_error("a sample is missing");
  return std::string(crypto::text_of(*bytes));
}

}  // namespace sandyk::testing
