// A policy in plain words, for whoever signs it.
#pragma once

#include <string>

#include "crypto/seal/policy.h"

namespace sandyk::desk {

/// What the server does with an epoch under these terms: two or three sentences.
std::string in_words(const crypto::UnreadTerms& terms);

/// What is different from `before`, a line each; for the first policy, all there is to know.
std::string changes(const crypto::PolicyContent* before, const crypto::PolicyContent& now);

}  // namespace sandyk::desk
