// How the allocator of the C library and the operating system keep memory.
#define _GNU_SOURCE
#include "CKernels.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <malloc.h>

void un_return_large_blocks(size_t bytes) {
    // Setting the threshold also stops glibc from raising it, to 32 MiB, each time a larger block is freed.
    mallopt(M_MMAP_THRESHOLD, (int)bytes);
}

void un_return_freed_memory(void) { malloc_trim(0); }
#else
void un_return_large_blocks(size_t bytes) { (void)bytes; }

void un_return_freed_memory(void) {}
#endif

void un_prefer_huge_pages(void *memory, size_t bytes) {
#if defined(MADV_HUGEPAGE)
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)memory + bytes) / page * page;
    if (first < end) madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}
