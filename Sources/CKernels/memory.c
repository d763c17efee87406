// How the allocator of the C library keeps memory.
#include "CKernels.h"

#if defined(__GLIBC__)
#include <malloc.h>

void un_return_large_blocks(size_t bytes) {
    // Setting the threshold also stops glibc from raising it, to 32 MiB, each time a larger block is freed.
    mallopt(M_MMAP_THRESHOLD, (int)bytes);
}
#else
void un_return_large_blocks(size_t bytes) { (void)bytes; }
#endif
