#ifndef UN_INSIDE_LEVEL
#define UN_SELF "accumulate.c"
#include "each_level.h"
#else

void UN_NAME(accumulate_int32)(const float *c, long ldc, int32_t *accumulators, long lda, long rows, long columns, float inverse_q) {
    for (long r = 0; r < rows; r++) {
        const float *source = c + r * ldc;
        int32_t *target = accumulators + r * lda;
        long i = 0;
        for (; i + 16 <= columns; i += 16) {
            ints rounded = __builtin_convertvector(round_half_even(load(source + i) * inverse_q), ints);
            *(ints_unaligned *)(target + i) += rounded;
        }
        if (i < columns) {
            lanes rounded = round_half_even(load_some(source + i, columns - i) * inverse_q);
            for (long j = 0; i + j < columns; j++) target[i + j] += (int32_t)rounded[j];
        }
    }
}

void UN_NAME(accumulate_int64)(const float *c, long ldc, int64_t *accumulators, long lda, long rows, long columns, float inverse_q) {
    for (long r = 0; r < rows; r++) {
        const float *source = c + r * ldc;
        int64_t *target = accumulators + r * lda;
        long i = 0;
        for (; i + 16 <= columns; i += 16) {
            longs rounded = __builtin_convertvector(round_half_even(load(source + i) * inverse_q), longs);
            *(longs_unaligned *)(target + i) += rounded;
        }
        if (i < columns) {
            lanes rounded = round_half_even(load_some(source + i, columns - i) * inverse_q);
            for (long j = 0; i + j < columns; j++) target[i + j] += (int64_t)rounded[j];
        }
    }
}

#endif
