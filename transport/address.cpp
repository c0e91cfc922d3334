#include "transport/address.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace sandyk::transport {
namespace {

constexpr std::size_t max_address = 300;

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

/// One part of a URL; nothing when it has none.
std::optional<std::string> part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, curl_free);
  return std::string(text);
}

/// Not part of any address: a control character ends the text for libcurl or is dropped, and an escape would
/// be undone twice, here and again in the request, which may then go to another host.
bool is_out_of_place(char c) {
  return (c >= 0 && c <= ' ') || c == 0x7f || c == '%';
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  if (text.size() > max_address || std::any_of(text.begin(), text.end(), is_out_of_place))
    return std::nullopt;
  const Url url(curl_url());
  if (!url) throw std::bad_alloc();
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) return std::nullopt;
  for (const CURLUPart unwanted : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    if (part_of(url, unwanted)) return std::nullopt;
  const auto scheme = part_of(url, CURLUPART_SCHEME);
  const auto host = part_of(url, CURLUPART_HOST);
  const auto path = part_of(url, CURLUPART_PATH);
  if (!scheme || !host || path.value_or("/") != "/") return std::nullopt;
  const bool is_onion = host->ends_with(".onion");
  if (*scheme != "https" && !(*scheme == "http" && is_onion)) return std::nullopt;
  const auto port = part_of(url, CURLUPART_PORT);
  return Address(*scheme + "://" + *host + (port ? ":" + *port : ""), is_onion);
}

}  // namespace sandyk::transport
