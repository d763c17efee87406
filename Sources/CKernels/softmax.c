#ifndef UN_INSIDE_LEVEL
#define UN_SELF "softmax.c"
#include "each_level.h"
#else

#define row_softmax UN_LOCAL(row_softmax)

/// The first n entries of a row; the largest one is subtracted first, so that nothing overflows.
UN_INLINE void row_softmax(float *row, long n, float scale) {
    const float least = -__builtin_inff();
    lanes largest = least;
    float rest[16] __attribute__((aligned(64)));
    long whole = n & ~15L, left = n - whole;
    for (long c = 0; c < whole; c += 16) {
        lanes v = load(row + c) * scale;
        largest = where(v > largest, v, largest);
    }
    for (long i = 0; i < 16; i++) rest[i] = i < left ? row[whole + i] * scale : least;
    lanes tail = *(const lanes *)rest;
    largest = where(tail > largest, tail, largest);
    float top = max_of_lanes(largest);

    lanes sum = 0;
    for (long c = 0; c < whole; c += 16) {
        lanes e = exponential_or_zero(load(row + c) * scale - top);
        store(row + c, e);
        sum += e;
    }
    if (left > 0) {
        // Lanes without an entry hold minus infinity: their exponential is 0 whatever the largest score is, unless that
        // is infinite or there is none, and then the row is NaN as it should be.
        tail = exponential_or_zero(tail - top);
        sum += tail;
        store_some(row + whole, tail, left);
    }
    float inverse = 1.0f / sum_of_lanes(sum);
    for (long c = 0; c < whole; c += 16) store(row + c, load(row + c) * inverse);
    if (left > 0) store_some(row + whole, tail * inverse, left);
}

void UN_NAME(causal_softmax)(float *scores, long rows, long leading_dimension, float scale) {
    for (long r = 0; r < rows; r++) {
        float *row = scores + r * leading_dimension;
        row_softmax(row, r + 1, scale);
        for (long c = r + 1; c < rows; c++) row[c] = 0.0f;
    }
}

#endif
