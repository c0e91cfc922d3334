// A statement about destroyed keys that is read, written and read again is the same. Signed, it is accepted
// from its own desk key alone, for its own site, as a statement alone, and of its own date alone. Its consent
// names at least one epoch and passes for nobody who is not asked.
#include "crypto/seal/key_statement.h"

#include <cstdlib>

#include "fuzz/fixed_keys.h"

using namespace sandyk;
using namespace sandyk::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView json(data, size);
  const auto statement = parse_key_destroyed(json);
  if (!statement) return 0;
  const KeyDestroyed& s = *statement;
  if (parse_key_destroyed(bytes_of(write_key_destroyed(s))) != statement) std::abort();

  const SigningKey& desk = fuzz::signing_key();
  const auto accepted = [&](SignedKind kind, const std::string& mark, const SigningKey& by,
                            const std::string& site) {
    return verify_key_destroyed(json, desk.sign(json, kind, site, mark), by.verify_key(), site);
  };
  const auto kind = SignedKind::statement;
  const std::string mark = s.date.text();
  if (accepted(kind, mark, desk, s.site) != s) std::abort();
  if (accepted(SignedKind::import_receipt, mark, desk, s.site)) std::abort();
  if (accepted(kind, mark + "0", desk, s.site)) std::abort();
  if (accepted(kind, mark, fuzz::second_key(), s.site)) std::abort();
  if (accepted(kind, mark, desk, "another")) std::abort();

  if (!s.unread) return 0;
  const std::vector<VerifyKey> strangers = {desk.verify_key(), fuzz::second_key().verify_key()};
  const std::string text = unread_text(s.site, s.organisation, s.week, s.unread->epochs);
  if (s.unread->epochs.empty() ||
      approved_by_two(text, s.unread->signed_by, strangers, s.site, s.week.text()))
    std::abort();
  return 0;
}
