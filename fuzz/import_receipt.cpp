// An import receipt that is read, written and read again is the same. Signed, it is accepted from its own
// desk key alone, for its own site, as a receipt alone, and of its own date alone.
#include "crypto/seal/import_receipt.h"

#include <cstdlib>

#include "fuzz/fixed_keys.h"

using namespace sandyk;
using namespace sandyk::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView json(data, size);
  const auto receipt = parse_import_receipt(json);
  if (!receipt) return 0;
  if (parse_import_receipt(bytes_of(write_import_receipt(*receipt))) != receipt) std::abort();

  const SigningKey& desk = fuzz::signing_key();
  const auto accepted = [&](SignedKind kind, const std::string& mark, const SigningKey& by,
                            const std::string& site) {
    return verify_import_receipt(json, desk.sign(json, kind, site, mark), by.verify_key(), site);
  };
  const auto kind = SignedKind::import_receipt;
  const std::string mark = receipt->date.text();
  if (accepted(kind, mark, desk, receipt->site) != *receipt) std::abort();
  if (accepted(SignedKind::statement, mark, desk, receipt->site)) std::abort();
  if (accepted(kind, mark + "0", desk, receipt->site)) std::abort();
  if (accepted(kind, mark, fuzz::second_key(), receipt->site)) std::abort();
  if (accepted(kind, mark, desk, "another")) std::abort();
  return 0;
}
