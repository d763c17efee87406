// What the processor can run, asked of the processor itself: the names of models say little inside virtual machines.
#define _GNU_SOURCE
#include "CKernels.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>

/// The register states that the operating system saves (XCR0); 0 where it does not support xgetbv.
static unsigned saved_states(unsigned ecx) {
    if (!(ecx & bit_OSXSAVE)) return 0;
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

void un_read_processor(un_processor *processor) {
    memset(processor, 0, sizeof *processor);
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(0, &eax, &ebx, &ecx, &edx)) return;
    memcpy(processor->vendor, &ebx, 4);
    memcpy(processor->vendor + 4, &edx, 4);
    memcpy(processor->vendor + 8, &ecx, 4);

    for (unsigned leaf = 0; leaf < 3; leaf++) {
        unsigned text[4];
        if (!__get_cpuid(0x80000002u + leaf, &text[0], &text[1], &text[2], &text[3])) break;
        memcpy(processor->brand + 16 * leaf, text, 16);
    }

    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return;
    unsigned states = saved_states(ecx);
    int ymm = (states & 0x06) == 0x06;             // SSE and AVX state
    int zmm = ymm && (states & 0xe0) == 0xe0;      // mask registers and both halves of the AVX-512 state
    processor->ssse3 = (ecx & bit_SSSE3) != 0;
    processor->sse4_1 = (ecx & bit_SSE4_1) != 0;
    processor->avx = ymm && (ecx & bit_AVX) != 0;
    processor->fma = ymm && (ecx & bit_FMA) != 0;
    processor->f16c = ymm && (ecx & bit_F16C) != 0;
    int lzcnt = 0;
    if (__get_cpuid(0x80000001u, &eax, &ebx, &ecx, &edx)) {
        processor->amd3dnow = (edx & bit_3DNOW) != 0;
        processor->fma4 = ymm && (ecx & bit_FMA4) != 0;
        lzcnt = (ecx & bit_LZCNT) != 0;
    }
    // Older processors end here.
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return;
    unsigned deepest = eax;
    processor->avx2 = ymm && (ebx & bit_AVX2) != 0;
    // LZCNT and MOVBE belong to x86-64-v3 too; every processor with AVX2 and BMI2 has them unless a hypervisor hides them.
    processor->bmi = lzcnt && (ebx & bit_BMI) != 0 && (ebx & bit_BMI2) != 0;
    processor->avx512f = zmm && (ebx & bit_AVX512F) != 0;
    processor->avx512cd = zmm && (ebx & bit_AVX512CD) != 0;
    processor->avx512bw = zmm && (ebx & bit_AVX512BW) != 0;
    processor->avx512dq = zmm && (ebx & bit_AVX512DQ) != 0;
    processor->avx512vl = zmm && (ebx & bit_AVX512VL) != 0;
    processor->avx512vnni = zmm && (ecx & bit_AVX512VNNI) != 0;
    if (deepest >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx)) processor->avx_vnni = ymm && (eax & bit_AVXVNNI) != 0;
}

#else

void un_read_processor(un_processor *processor) { memset(processor, 0, sizeof *processor); }

#endif

int un_usable_cores(void) {
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) == 0 && CPU_COUNT(&usable) > 0) return CPU_COUNT(&usable);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}
