#include "desk/receipt_giving.h"

#include <fmt/format.h>

#include "desk/command_options.h"

namespace sandyk::desk {

tl::expected<ReceiptMeans, Problem> receipt_means(const ReceiptWish& wish,
                                                  const crypto::SecretText& passphrase) {
  const Home& home = wish.home;
  const bool is_asked_for = !wish.copy_to.empty();
  ReceiptMeans means;
  auto site = known_site(home, wish.root_key, {home.folder(), wish.vault});
  if (!site) return tl::unexpected(site.error());
  means.site = std::move(*site);
  if (!means.site) {
    if (is_asked_for) return tl::unexpected(root_key_of(home, wish.root_key).error());
    means.missing =
        "No import receipts: name the site's root key with --root-key, or keep it in the home as root.pub.";
    return means;
  }
  auto key = read_signing_key(home.desk_secret(), passphrase, "the desk key");
  if (!key && is_asked_for) return tl::unexpected(key.error());
  if (key)
    means.desk_key = std::move(*key);
  else
    means.missing = "No import receipts: " + key.error().say;
  return means;
}

int give_receipts(const ReceiptWish& wish, const std::vector<OpenedEpoch>& epochs,
                  const ReceiptMeans& means) {
  if (!means.desk_key) {
    fmt::print("{}\n", means.missing);
    return crypto::exit_done;
  }
  const Home& home = wish.home;
  const auto given =
      write_receipts({home, wish.organisation, wish.copy_to}, epochs, *means.site, *means.desk_key);
  if (!given) return report_problem(given.error());
  const auto folder = wish.copy_to.empty() ? home.receipts() : wish.copy_to;
  fmt::print(
      "Import receipts: {} complete, {} incomplete, in {}. Carry them to the server: sandyk-intake install "
      "{}\n",
      given->complete, given->incomplete, folder.string(), (folder / "*.json").string());
  for (const PassedOver& entry : given->none) fmt::print("no receipt: {}: {}\n", entry.what, entry.why);
  return given->none.empty() ? crypto::exit_done : crypto::exit_partly_done;
}

}  // namespace sandyk::desk
