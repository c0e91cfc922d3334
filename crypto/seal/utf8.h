// Whether bytes are UTF-8 text.
#pragma once

#include <string_view>

namespace sandyk::crypto {

/// True for UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace sandyk::crypto
