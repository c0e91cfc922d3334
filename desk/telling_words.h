// Words of an answer that could identify somebody to whoever finds the receipt code.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "desk/conversation.h"

namespace sandyk::desk {

/// Numbers of five digits or more, addresses with @, links, and words with a capital letter that stand in the
/// report too. Each once, fit for a terminal; pieces of `answer`, which is staff's own text.
std::vector<std::string> telling_words(crypto::ByteView answer, crypto::ByteView report_json);
/// The same, against every report of the conversation.
[[nodiscard]] tl::expected<std::vector<std::string>, Problem> telling_words(CaseFile& file,
                                                                            const Conversation& conversation,
                                                                            crypto::ByteView answer);

}  // namespace sandyk::desk
