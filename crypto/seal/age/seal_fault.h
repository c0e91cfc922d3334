// Why a file cannot be sealed.
#pragma once

namespace sandyk::crypto::age {

enum class SealFault {
  no_recipient,
  too_many_recipients,
  bad_recipient,     ///< not a key that can be encapsulated to, or no passphrase
  mixed_recipients,  ///< hybrid beside classic, or a passphrase beside anything
  too_costly,        ///< scrypt asks for more memory than there is
  source,            ///< reading failed
  sink,              ///< the sink said no
};

}  // namespace sandyk::crypto::age
