// These tests are linked with the heap of sandyk-intake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

namespace sandyk::intake {
namespace {

constexpr char planted = '\x5a';
constexpr std::size_t run = 8;  // so many side by side are no chance
constexpr std::size_t sizes[] = {24, 100, 1000, 20'000, 100'000, 400'000};

/// Makes the compiler believe that the bytes are looked at.
void plant(void* block, std::size_t size) {
  std::fill_n(static_cast<char*>(block), size, planted);
  asm volatile("" ::"r"(block) : "memory");
}

/// Whether they still stand there, whoever owns the place now: the kernel may look where a pointer may not. A
/// place that was given back to the system holds nothing.
bool is_still_at(std::uintptr_t address, std::size_t size) {
  std::string seen(size, '\0');
  const iovec into{seen.data(), size};
  const iovec from{reinterpret_cast<void*>(address), size};  // NOLINT: an address, not an object
  return ::process_vm_readv(::getpid(), &into, 1, &from, 1, 0) > 0 &&
         seen.find(std::string(run, planted)) != std::string::npos;
}

std::uintptr_t address_of(const void* block) {
  return reinterpret_cast<std::uintptr_t>(block);
}

class WipingHeap : public testing::Test {
 protected:
  void SetUp() override {
#ifdef SANDYK_SANITIZED
    GTEST_SKIP() << "a sanitizer has a heap of its own";
#endif
  }

  template <class Allocate, class Free>
  void expect_wiped(Allocate allocate, Free free_it) {
    for (const std::size_t size : sizes) {
      void* const block = allocate(size);
      const std::unique_ptr<char[]> behind(
          new char[size]);  // so that it does not melt into what is free anyway
      plant(block, size);
      const auto address = address_of(block);
      ASSERT_TRUE(is_still_at(address, size)) << size;
      free_it(block);
      EXPECT_FALSE(is_still_at(address, size)) << size;
    }
  }
};

TEST_F(WipingHeap, WipesWhatIsDeleted) {
  expect_wiped([](std::size_t size) { return ::operator new(size); }, [](void* p) { ::operator delete(p); });
}

TEST_F(WipingHeap, WipesWhatIsDeletedAligned) {
  constexpr std::align_val_t page{4096};
  expect_wiped([](std::size_t size) { return ::operator new(size, page); },
               [](void* p) { ::operator delete(p, page); });
}

TEST_F(WipingHeap, WipesWhatIsFreed) {
  expect_wiped([](std::size_t size) { return std::malloc(size); }, [](void* p) { std::free(p); });
}

TEST_F(WipingHeap, WipesWhatOpenSslFrees) {
  expect_wiped([](std::size_t size) { return OPENSSL_malloc(size); }, [](void* p) { OPENSSL_free(p); });
}

TEST_F(WipingHeap, WipesWhatSqliteFrees) {
  expect_wiped([](std::size_t size) { return sqlite3_malloc64(size); }, [](void* p) { sqlite3_free(p); });
}

TEST_F(WipingHeap, WipesWhatAStringGrewOutOf) {
  for (const std::size_t size : sizes) {
    std::string text(size, planted);
    const auto address = address_of(text.data());
    ASSERT_TRUE(is_still_at(address, size));
    text.reserve(4 * size);
    EXPECT_FALSE(is_still_at(address, size)) << size;
    EXPECT_EQ(text, std::string(size, planted));
  }
}

TEST_F(WipingHeap, WipesWhatReallocMovesAwayFrom) {
  for (const std::size_t size : sizes) {
    void* const block = std::malloc(size);
    plant(block, size);
    const auto address = address_of(block);
    auto* const grown = static_cast<char*>(std::realloc(block, 4 * size));
    ASSERT_NE(address_of(grown), address);
    EXPECT_FALSE(is_still_at(address, size)) << size;
    EXPECT_EQ(std::string(grown, size), std::string(size, planted));
    std::free(grown);
  }
}

TEST_F(WipingHeap, WipesWhatReallocCutsOff) {
  for (const std::size_t size : sizes) {
    void* const block = std::malloc(size);
    plant(block, size);
    const auto address = address_of(block);
    auto* const cut = static_cast<char*>(std::realloc(block, size / 4));
    EXPECT_FALSE(is_still_at(address + size / 4, size - size / 4)) << size;
    EXPECT_EQ(std::string(cut, size / 4), std::string(size / 4, planted));
    std::free(cut);
  }
}

TEST_F(WipingHeap, LeavesItToGlibcToStopABlockThatIsFreedTwice) {
  const auto free_twice = [](std::size_t size) {
    const volatile auto address = address_of(std::malloc(size));
    for (int i = 0; i < 2; ++i) std::free(reinterpret_cast<void*>(address));  // NOLINT: as a mistake would
  };
  for (const std::size_t size : {24U, 100U, 1000U}) EXPECT_DEATH(free_twice(size), "double free");
}

TEST_F(WipingHeap, ReallocOfNothingAllocatesAndToNothingFrees) {
  void* block = std::realloc(nullptr, 100);
  ASSERT_NE(block, nullptr);
  plant(block, 100);
  const auto address = address_of(block);
  EXPECT_EQ(std::realloc(block, 0), nullptr);
  EXPECT_FALSE(is_still_at(address, 100));
}

}  // namespace
}  // namespace sandyk::intake
