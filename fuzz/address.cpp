// The address of an intake: what is accepted reads back alike from the URL it makes, which has a scheme, a
// host and perhaps a port, and nothing else: no part of another kind, no space, no control character of
// ASCII.
#include "transport/address.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sandyk::transport::Address;
  const auto address = Address::parse({reinterpret_cast<const char*>(data), size});
  if (!address || size > 280) return 0;  // with a scheme in full or a path it might be too long
  const std::string url = address->url("");
  if (Address::parse(url) != address || Address::parse(address->url("/")) != address) std::abort();
  const bool is_https = url.starts_with("https://");
  if (!is_https && !(url.starts_with("http://") && address->is_onion())) std::abort();
  const std::string host = url.substr(url.find("//") + 2);
  if (host.empty() || host.find_first_of("/?#@\\") != std::string::npos) std::abort();
  if (std::any_of(host.begin(), host.end(), [](char c) { return (c >= 0 && c <= ' ') || c == 0x7f; }))
    std::abort();
  if (Address::parse(address->url("/path")) || Address::parse(url + "?query")) std::abort();
  return 0;
}
