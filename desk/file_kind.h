// What a file is, by its content: its name and what its sender says of it promise nothing.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/seal/bytes.h"

namespace sandyk::desk {

struct FileKind {
  std::string_view type;  ///< a media type
  std::string_view
      extension;  ///< under which it is saved: what a browser would run gets one that it does not run
  bool is_picture = false;  ///< one that the desk can show, from its pixels
};

/// Any bytes are of some kind.
FileKind kind_of_file(crypto::ByteView content);

/// What else than a picture such a file is at the same time, as a sentence's part ("a zip archive"); nothing
/// when it is only a picture.
std::optional<std::string_view> also_is(crypto::ByteView picture);

}  // namespace sandyk::desk
