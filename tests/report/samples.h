// The three sample reports, all invented.
#pragma once

#include <string>
#include <vector>

namespace sandyk::testing {

/// `report_ru`, `report_ky`, `report_min_en`.
std::vector<std::string> sample_names();
/// The bytes of one.
std::string sample(const std::string& name);

}  // namespace sandyk::testing
