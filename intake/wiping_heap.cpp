// What goes back to the heap is wiped first, whoever had it: our own objects, OpenSSL, SQLite, the C library.
// A dump of this process then shows what is in use and nothing that was. `free` and `realloc` stand here for
// those of the whole process, as glibc lets a program do ("Replacing malloc" in its manual); operator delete
// and the allocators of the libraries end in them. Linked into sandyk-intake only, and not under sanitizers,
// which put functions of their own in the same place.
#include <malloc.h>
#include <string.h>

#include <cstdint>
#include <cstdlib>

#ifndef SANDYK_SANITIZED

#ifndef __GLIBC__
#error "Wiping on free is written for glibc; with another C library, hook its allocator here"
#endif

// glibc's own, under the names it keeps for programs that replace the usual ones.
extern "C" void __libc_free(void* block);
extern "C" void* __libc_realloc(void* block, std::size_t size);

namespace {

/// The second word of a small block. Once it is freed, glibc keeps a random mark there, the same for all, by
/// which it knows a block that is freed twice.
std::uintptr_t second_word(const void* block) {
  std::uintptr_t word = 0;
  ::memcpy(&word, static_cast<const char*>(block) + sizeof word, sizeof word);
  return word;
}

std::uintptr_t mark_of_freed = 0;  // not known yet, or none: every block is wiped

[[gnu::constructor]] void learn_mark() {
  void* block = std::malloc(3 * sizeof mark_of_freed);
  if (block == nullptr) return;
  __libc_free(block);
  asm volatile("" : "+r"(block));  // freed, and looked at all the same: no business of the compiler's
  mark_of_freed = second_word(block);
}

/// Wiping such a block would hide from glibc that it is freed again.
bool is_marked(const void* block, std::size_t size) {
  return size >= 2 * sizeof mark_of_freed && mark_of_freed != 0 && second_word(block) == mark_of_freed;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] void free(void* block) noexcept {
  if (block == nullptr) return;
  const std::size_t size = ::malloc_usable_size(block);
  if (!is_marked(block, size)) ::explicit_bzero(block, size);
  __libc_free(block);
}

// A block that grows moves by our own hand: glibc would leave the old one as it was. One that shrinks stays,
// and the part that is cut off was wiped.
extern "C" [[gnu::visibility("default")]] void* realloc(void* block, std::size_t size) noexcept {
  if (block == nullptr) return std::malloc(size);
  const std::size_t had = ::malloc_usable_size(block);
  if (size <= had) {
    ::explicit_bzero(static_cast<char*>(block) + size, had - size);
    return __libc_realloc(block, size);  // of size 0 it is a free
  }
  void* const grown = std::malloc(size);
  if (grown == nullptr) return nullptr;
  ::memcpy(grown, block, had);
  ::free(block);
  return grown;
}

#endif
