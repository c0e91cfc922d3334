// The static pages of pages/, built into the program.
#pragma once

#include <string_view>

namespace sandyk::intake {

extern const std::string_view page_ru;
extern const std::string_view page_ky;
extern const std::string_view page_en;

}  // namespace sandyk::intake
