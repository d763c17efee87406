// The tables of kernels, the choice of a level when the program is loaded, and the public functions.
#include "CKernels.h"
#include "kernel_list.h"

#include <stddef.h>

#define UN_DECLARE(level, result, name, parameters) result un_##name##_##level parameters;
#define UN_DECLARE_BASELINE(result, name, parameters, arguments) UN_DECLARE(baseline, result, name, parameters)
#define UN_DECLARE_V3(result, name, parameters, arguments) UN_DECLARE(v3, result, name, parameters)
#define UN_DECLARE_V4(result, name, parameters, arguments) UN_DECLARE(v4, result, name, parameters)
#define UN_FIELD_BASELINE(result, name, parameters, arguments) .name = un_##name##_baseline,
#define UN_FIELD_V3(result, name, parameters, arguments) .name = un_##name##_v3,
#define UN_FIELD_V4(result, name, parameters, arguments) .name = un_##name##_v4,

UN_KERNEL_LIST(UN_DECLARE_BASELINE)
static const un_kernels baseline = {UN_KERNEL_LIST(UN_FIELD_BASELINE)};

#if defined(__x86_64__)
UN_KERNEL_LIST(UN_DECLARE_V3)
UN_KERNEL_LIST(UN_DECLARE_V4)
static const un_kernels v3 = {UN_KERNEL_LIST(UN_FIELD_V3)};
static const un_kernels v4 = {UN_KERNEL_LIST(UN_FIELD_V4)};
#endif

// Set before main and never changed, so the kernels read them without synchronisation.
static const un_kernels *active = &baseline;
static int highest_level = UN_LEVEL_BASELINE;

__attribute__((constructor)) static void choose_level(void) {
#if defined(__x86_64__)
    un_processor p;
    un_read_processor(&p);
    if (p.avx2 && p.fma && p.bmi && p.f16c) {
        active = &v3;
        highest_level = UN_LEVEL_V3;
        if (p.avx512f && p.avx512cd && p.avx512bw && p.avx512dq && p.avx512vl) {
            active = &v4;
            highest_level = UN_LEVEL_V4;
        }
    }
#endif
}

const un_kernels *un_kernels_at(int level) {
    if (level < 0 || level > highest_level) return NULL;
#if defined(__x86_64__)
    if (level == UN_LEVEL_V3) return &v3;
    if (level == UN_LEVEL_V4) return &v4;
#endif
    return &baseline;
}

int un_kernel_level(void) { return highest_level; }

const char *un_level_name(int level) {
    switch (level) {
        case UN_LEVEL_BASELINE: return "x86-64";
        case UN_LEVEL_V3: return "x86-64-v3";
        case UN_LEVEL_V4: return "x86-64-v4";
        default: return NULL;
    }
}

#define UN_PUBLIC(result, name, parameters, arguments) \
    result un_##name parameters { return active->name arguments; }
UN_KERNEL_LIST(UN_PUBLIC)
