#ifndef UN_INSIDE_LEVEL
#define UN_SELF "pairs.c"
#include "each_level.h"
#else

void UN_NAME(transpose)(const float *x, long ldx, long rows, long columns, float *out, long ldo) {
    // 16 columns of 16 rows at a time: as many cache lines on either side as the first-level cache holds many times.
    for (long c = 0; c < columns; c += 16) {
        long width = columns - c < 16 ? columns - c : 16;
        for (long r = 0; r < rows; r += 16) {
            long height = rows - r < 16 ? rows - r : 16;
            for (long i = 0; i < width; i++)
                for (long j = 0; j < height; j++) out[(c + i) * ldo + r + j] = x[(r + j) * ldx + c + i];
        }
    }
}

void UN_NAME(pair_products)(const float *a, long lda, const float *b, long ldb, const int32_t *rows, const int32_t *columns, long count,
                            long length, double *sums) {
    for (long k = 0; k < count; k++) {
        const float *x = a + (long)rows[k] * lda, *y = b + (long)columns[k] * ldb;
        lanes sum = 0.0f;
        for (long i = 0; i < length; i += 16) sum += load(x + i) * load(y + i);
        sums[k] += (double)sum_of_lanes(sum);
    }
}

#endif
