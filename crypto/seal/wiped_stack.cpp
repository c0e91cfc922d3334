#include "crypto/seal/wiped_stack.h"

#include <sodium.h>

namespace sandyk::crypto {
namespace {

#if defined(__x86_64__)
void wipe_registers() {
  if (__builtin_cpu_supports("avx512f"))
    asm volatile(
        ".irp n,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\nvpxord %%zmm\\n,%%zmm\\n,%%zmm\\n\n.endr" ::
            :);
  if (__builtin_cpu_supports("avx"))
    asm volatile("vzeroall" ::
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  asm volatile(
      "xorl %%eax,%%eax\nxorl %%ecx,%%ecx\nxorl %%edx,%%edx\nxorl %%esi,%%esi\nxorl %%edi,%%edi\n"
      "xorl %%r8d,%%r8d\nxorl %%r9d,%%r9d\nxorl %%r10d,%%r10d\nxorl %%r11d,%%r11d\n" ::
          : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
}
#else
void wipe_registers() {}
#endif

}  // namespace

void wipe_traces(std::size_t depth) {
  sodium_stackzero(depth);
  wipe_registers();
}

}  // namespace sandyk::crypto
