#ifndef UN_INSIDE_LEVEL
#define UN_SELF "conversion.c"
#include "each_level.h"
#else

#define half_lanes UN_LOCAL(half_lanes)

/// Sixteen halves, by integer arithmetic (F16C is not in the baseline): normal numbers move their exponent bias by 112,
/// infinities and NaNs by twice that, subnormals are their mantissa times 2^-24.
UN_INLINE lanes half_lanes(halves h) {
    ints wide = __builtin_convertvector(h, ints);
    ints sign = (wide & 0x8000) << 16;
    ints magnitude = wide & 0x7fff;
    ints special = (magnitude >= 0x7c00) & (112 << 23);
    ints normal = (magnitude << 13) + (112 << 23) + special;
    lanes small = __builtin_convertvector(magnitude, lanes) * 0x1p-24f;
    ints result = (ints)where(magnitude < 0x400, small, (lanes)normal);
    return (lanes)(result | sign);
}

void UN_NAME(half_to_float)(const uint16_t *x, float *out, long count) {
    long i = 0;
    for (; i + 16 <= count; i += 16) store(out + i, half_lanes(*(const halves_unaligned *)(x + i)));
    if (i < count) {
        uint16_t rest[16] __attribute__((aligned(32))) = {0};
        for (long j = 0; i + j < count; j++) rest[j] = x[i + j];
        store_some(out + i, half_lanes(*(const halves *)rest), count - i);
    }
}

void UN_NAME(bfloat16_to_float)(const uint16_t *x, float *out, long count) {
    long i = 0;
    for (; i + 16 <= count; i += 16) {
        ints wide = __builtin_convertvector(*(const halves_unaligned *)(x + i), ints);
        store(out + i, (lanes)(wide << 16));
    }
    for (; i < count; i++) {
        uint32_t wide = (uint32_t)x[i] << 16;
        out[i] = __builtin_bit_cast(float, wide);
    }
}

#endif
