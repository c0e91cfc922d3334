#include "tests/power/disk_model.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace sandyk::testing {
namespace {

using Random = std::mt19937_64;

bool happens(double chance, Random& random) {
  return std::uniform_real_distribution<double>(0, 1)(random) < chance;
}

void write_at(crypto::Bytes& file, std::uint64_t at, crypto::ByteView bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}

void change_file(crypto::Bytes& file, const FileState::Change& change) {
  if (change.bytes.empty()) {
    file.resize(change.at);
  } else {
    write_at(file, change.at, change.bytes);
  }
}

/// Each sector of it on its own.
void apply_torn(crypto::Bytes& file, const FileState::Change& change, const Cut& cut, Random& random) {
  for (std::size_t done = 0; done < change.bytes.size();) {
    const std::uint64_t at = change.at + done;
    const auto length = std::min(change.bytes.size() - done, cut.sector - at % cut.sector);
    if (happens(cut.keep_writes, random))
      write_at(file, at, crypto::ByteView(change.bytes).subspan(done, length));
    done += length;
  }
}

crypto::Bytes after_cut(const FileState& state, const Cut& cut, Random& random) {
  crypto::Bytes file = state.durable;
  std::uint64_t size = file.size();
  for (const auto& change : state.pending) {
    if (!change.bytes.empty()) {
      size = std::max<std::uint64_t>(size, change.at + change.bytes.size());
      apply_torn(file, change, cut, random);
    } else {
      size = change.at;
      if (happens(cut.keep_writes, random)) change_file(file, change);
    }
  }
  // The length can be on the disk and the data not: then there are zeros.
  if (file.size() < size && happens(cut.keep_writes, random)) file.resize(size);
  return file;
}

void change_names(Node::Names& names, const Node::Change& change) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.node;
}

Node::Names after_cut(const Node& folder, const Cut& cut, Random& random) {
  Node::Names names = folder.durable;
  for (const auto& change : folder.pending) {
    const bool is_kept = happens(cut.keep_names, random);
    if (is_kept) change_names(names, change);
    if (!is_kept && cut.names_in_order) break;
  }
  return names;
}

void rebuild_folder(const Node& folder, const std::filesystem::path& target, const Cut& cut, Random& random) {
  for (const auto& [name, node] : after_cut(folder, cut, random)) {
    const auto path = target / name;
    if (node->is_folder) {
      std::filesystem::create_directory(path);
      rebuild_folder(*node, path, cut, random);
      continue;
    }
    const auto bytes = after_cut(node->file, cut, random);
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("the rebuilt disk cannot be written");
  }
}

ino_t inode_of(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw std::runtime_error("the recorded folder is not there");
  return info.st_ino;
}

}  // namespace

Cut Cut::any(Random& random) {
  constexpr double chances[] = {0, 0.1, 0.5, 0.9, 1};
  std::uniform_int_distribution<std::size_t> pick(0, std::size(chances) - 1);
  Cut cut{};
  cut.sector = happens(0.5, random) ? 512 : 4096;
  cut.keep_writes = chances[pick(random)];
  cut.keep_names = chances[pick(random)];
  cut.names_in_order = happens(0.5, random);
  return cut;
}

DiskModel::DiskModel(const std::filesystem::path& root) : root_path_(root) {
  root_->is_folder = true;
  by_inode_[inode_of(root)] = root_;
}

bool DiskModel::covers(const std::filesystem::path& path) const {
  return path.native().starts_with(root_path_.native() + "/");
}

Node* DiskModel::folder_of(const std::filesystem::path& path) const {
  Node* folder = root_.get();
  for (const auto& step : path.parent_path().lexically_relative(root_path_)) {
    if (step == ".") continue;
    const auto found = folder->now.find(step.string());
    if (found == folder->now.end()) return nullptr;
    folder = found->second.get();
  }
  return folder;
}

Node* DiskModel::node_of(ino_t inode) const {
  const auto found = by_inode_.find(inode);
  return found == by_inode_.end() ? nullptr : found->second.get();
}

/// The system may give its number to the next file, which need not be one of ours.
void DiskModel::forget(const Node* node) {
  std::erase_if(by_inode_, [&](const auto& entry) { return entry.second.get() == node; });
}

void DiskModel::made(const std::filesystem::path& path, ino_t inode, bool is_folder) {
  Node* const folder = folder_of(path);
  if (folder == nullptr) throw std::runtime_error("a file in a folder that was not recorded");
  auto node = std::make_shared<Node>();
  node->is_folder = is_folder;
  by_inode_[inode] = node;
  folder->pending.push_back({"", path.filename().string(), node});
  change_names(folder->now, folder->pending.back());
}

void DiskModel::written(ino_t inode, std::uint64_t at, crypto::ByteView bytes) {
  if (Node* const node = node_of(inode); node != nullptr && !bytes.empty())
    node->file.pending.push_back({at, crypto::Bytes(bytes.begin(), bytes.end())});
}

void DiskModel::resized(ino_t inode, std::uint64_t size) {
  if (Node* const node = node_of(inode)) node->file.pending.push_back({size, {}});
}

void DiskModel::synced(ino_t inode) {
  Node* const node = node_of(inode);
  if (node == nullptr) return;
  for (const auto& change : node->file.pending) change_file(node->file.durable, change);
  node->file.pending.clear();
  for (const auto& change : node->pending) change_names(node->durable, change);
  node->pending.clear();
}

void DiskModel::renamed(const std::filesystem::path& from, const std::filesystem::path& to) {
  Node* const old_folder = folder_of(from);
  Node* const folder = folder_of(to);
  if (old_folder == nullptr || folder == nullptr) return;
  const auto moved = old_folder->now.find(from.filename().string());
  if (moved == old_folder->now.end()) return;
  if (const auto replaced = folder->now.find(to.filename().string()); replaced != folder->now.end())
    forget(replaced->second.get());
  Node::Change change{from.filename().string(), to.filename().string(), moved->second};
  if (old_folder != folder) {  // two folders, two changes: each can be lost alone
    old_folder->pending.push_back({change.removed, "", nullptr});
    change_names(old_folder->now, old_folder->pending.back());
    change.removed.clear();
  }
  folder->pending.push_back(change);
  change_names(folder->now, change);
}

void DiskModel::removed(const std::filesystem::path& path) {
  Node* const folder = folder_of(path);
  if (folder == nullptr) return;
  if (const auto gone = folder->now.find(path.filename().string()); gone != folder->now.end())
    forget(gone->second.get());
  folder->pending.push_back({path.filename().string(), "", nullptr});
  change_names(folder->now, folder->pending.back());
}

void DiskModel::rebuild(const std::filesystem::path& target, const Cut& cut, Random& random) const {
  rebuild_folder(*root_, target, cut, random);
}

}  // namespace sandyk::testing
