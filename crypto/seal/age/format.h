// Every size, label and limit of the age v1 format (C2SP age.md), each once.
#pragma once

#include <cstddef>
#include <string_view>

namespace sandyk::crypto::age {

// Header
inline constexpr std::string_view version_line = "age-encryption.org/v1";
inline constexpr std::string_view stanza_prefix = "-> ";
inline constexpr std::string_view mac_prefix = "---";
inline constexpr std::size_t body_columns = 64;
inline constexpr std::size_t mac_size = 32;
inline constexpr std::size_t mac_base64_size = 43;
inline constexpr std::size_t file_key_size = 16;
inline constexpr std::size_t tag_size = 16;
inline constexpr std::size_t wrapped_key_size = file_key_size + tag_size;
/// Version line and MAC line; what is left are the stanzas.
inline constexpr std::size_t header_fixed_size =
    version_line.size() + 1 + mac_prefix.size() + 1 + mac_base64_size + 1;
static_assert(header_fixed_size == 70);

// The specification sets no limit; these are generous for any file we meet. What we seal ourselves stays well
// below them: other tools add stanzas of their own (grease).
inline constexpr std::size_t max_header_size = 64 * 1024;
inline constexpr std::size_t max_stanzas = 64;
inline constexpr std::size_t max_recipients = 20;

// Hybrid stanza, "The MLKEM768-X25519 hybrid post-quantum recipient type"
inline constexpr std::string_view hybrid_type = "mlkem768x25519";
inline constexpr std::string_view hybrid_info = "age-encryption.org/mlkem768x25519";  // no /v1/ here
inline constexpr std::size_t xwing_public_size = 1216;
inline constexpr std::size_t xwing_enc_size = 1120;
inline constexpr std::size_t xwing_seed_size = 32;
/// `-> mlkem768x25519 `, 1494 characters, LF, 43 characters, LF.
inline constexpr std::size_t hybrid_stanza_size = 18 + 1494 + 1 + 43 + 1;

inline constexpr std::string_view hybrid_recipient_hrp = "age1pq";
inline constexpr std::string_view hybrid_identity_hrp = "AGE-SECRET-KEY-PQ-";

// X25519 stanza, "The X25519 recipient type"
inline constexpr std::string_view x25519_type = "X25519";
inline constexpr std::string_view x25519_info = "age-encryption.org/v1/X25519";
inline constexpr std::size_t x25519_size = 32;  // of a share, a recipient, an identity and a shared secret
inline constexpr std::string_view x25519_recipient_hrp = "age";
inline constexpr std::string_view x25519_identity_hrp = "AGE-SECRET-KEY-";

// scrypt stanza, "The scrypt recipient type"
inline constexpr std::string_view scrypt_type = "scrypt";
inline constexpr std::string_view scrypt_salt_label = "age-encryption.org/v1/scrypt";
inline constexpr std::size_t scrypt_salt_size = 16;
inline constexpr unsigned scrypt_default_log_n = 18;  // 256 MiB, three quarters of a second
inline constexpr unsigned scrypt_max_log_n = 22;  // the reference refuses more: an hour of work is an attack

// Payload
inline constexpr std::size_t nonce_size = 16;
inline constexpr std::size_t chunk_size = 64 * 1024;
inline constexpr std::size_t sealed_chunk_size = chunk_size + tag_size;

// ASCII armor
inline constexpr std::string_view armor_begin = "-----BEGIN AGE ENCRYPTED FILE-----";
inline constexpr std::string_view armor_end = "-----END AGE ENCRYPTED FILE-----";
inline constexpr std::size_t armor_columns = 64;
inline constexpr std::size_t armor_bytes_per_line = 48;
inline constexpr std::size_t max_armor_white_space =
    1024;  // before the block, and again behind it, as in the reference

}  // namespace sandyk::crypto::age
