#ifndef UN_INSIDE_LEVEL
#define UN_SELF "layer_norm.c"
#include "each_level.h"
#else

#define row_sum UN_LOCAL(row_sum)
#define row_squares UN_LOCAL(row_squares)
#define square_root UN_LOCAL(square_root)

/// IEEE square root, without the library's errno.
UN_INLINE float square_root(float x) {
    lanes v = x;
    return __builtin_elementwise_sqrt(v)[0];
}

/// Sum of a row in 16 lanes; columns beyond the last multiple of 16 go to the lanes from 0.
UN_INLINE float row_sum(const float *x, long columns) {
    lanes sum = 0;
    long c = 0;
    for (; c + 16 <= columns; c += 16) sum += load(x + c);
    if (c < columns) sum += load_some(x + c, columns - c);
    return sum_of_lanes(sum);
}

/// Sum of (x - mean)^2 of a row, in the same order.
UN_INLINE float row_squares(const float *x, long columns, float mean) {
    lanes sum = 0;
    long c = 0;
    for (; c + 16 <= columns; c += 16) {
        lanes d = load(x + c) - mean;
        sum += d * d;
    }
    if (c < columns) {
        float rest[16] __attribute__((aligned(64))) = {0};
        for (long i = 0; c + i < columns; i++) rest[i] = x[c + i] - mean;
        lanes d = *(const lanes *)rest;
        sum += d * d;
    }
    return sum_of_lanes(sum);
}

void UN_NAME(layer_norm)(const float *x, const float *gamma, const float *beta, float *out, long rows, long columns, float epsilon) {
    for (long r = 0; r < rows; r++) {
        const float *row = x + r * columns;
        float *target = out + r * columns;
        float mean = row_sum(row, columns) / (float)columns;
        float variance = row_squares(row, columns, mean) / (float)columns;
        float inverse = 1.0f / square_root(variance + epsilon);
        long c = 0;
        for (; c + 16 <= columns; c += 16)
            store(target + c, (load(row + c) - mean) * inverse * load(gamma + c) + load(beta + c));
        if (c < columns) {
            long n = columns - c;
            lanes y = (load_some(row + c, n) - mean) * inverse * load_some(gamma + c, n) + load_some(beta + c, n);
            store_some(target + c, y, n);
        }
    }
}

#endif
