#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/root_key.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/contacts_signing.h"
#include "reporter/page/contacts.h"
#include "reporter/page/page.h"

namespace sandyk::desk {
namespace {

struct PageOptions {
  std::string root_key;
  std::filesystem::path contacts, out = ".";
};

tl::expected<void, Problem> write_pages(const PageOptions& o) {
  const auto root = crypto::read_root_key(o.root_key);
  if (!root)
    return problem(fmt::format("The root key {}.", crypto::sentence(root.error())), crypto::exit_usage);
  std::optional<page::Contacts> contacts;
  if (!o.contacts.empty()) {
    auto read = page::read_contacts(o.contacts, *root);
    if (!read)
      return problem(fmt::format("The contacts {}.", page::sentence(read.error())), crypto::exit_unverified);
    contacts = std::move(*read);
  }
  if (!crypto::make_directory(o.out)) return problem("The folder of --out cannot be made.");
  for (const std::string_view language : page::languages) {
    const std::string html = page::make(language, *root, contacts ? &*contacts : nullptr);
    const auto file = o.out / fmt::format("sandyk-{}.html", language);
    if (const auto done = crypto::write_file(file, crypto::bytes_of(html)); !done)
      return problem(fmt::format("{} cannot be written: {}.", file.string(), crypto::sentence(done.error())));
    fmt::print("{}  {}\n", crypto::sha256(crypto::bytes_of(html)).hex(), file.string());
  }
  return {};
}

}  // namespace

void add_page(CLI::App& app, int& exit) {
  auto* command = app.add_subcommand(
      "page",
      "Write the reporter's page in every language: the bytes that the site's server gives, to sign and "
      "to publish elsewhere. Saved to disk, it seals without a network");
  auto o = std::make_shared<PageOptions>();
  add_root_key(command, o->root_key);
  command->get_option("--root-key")->required();
  command->add_option("--contacts", o->contacts,
                      "File of emergency contacts that `sandyk-desk contacts` signed, to show on the page");
  command->add_option("--out", o->out, "Folder to write them into")->capture_default_str();
  command->callback([o, &exit] {
    if (const auto done = write_pages(*o); !done) exit = report_problem(done.error());
  });
}

void add_contacts(CLI::App& app, int& exit) {
  auto* command = app.add_subcommand(
      "contacts",
      "Sign emergency contacts, which the reporter's page shows above its form, with the root key");
  struct Options : Common {
    std::filesystem::path file;
  };
  auto o = std::make_shared<Options>();
  add_common(command, *o);
  command->add_option("file", o->file, "The contacts as JSON; the signature is written beside it")
      ->required();
  command->callback([o, &exit] {
    if (const auto done = sign_contacts(Home(o->home), o->file, o->passphrases); done)
      fmt::print("{}.minisig: signed. Give both to the server (contacts = FILE) and to `sandyk-desk page`.\n",
                 o->file.string());
    else
      exit = report_problem(done.error());
  });
}

}  // namespace sandyk::desk
