#ifndef UN_INSIDE_LEVEL
#define UN_SELF "moments.c"
#include "each_level.h"
#else

#define add_moments UN_LOCAL(add_moments)

/// NaN as 0, what is beyond -limit...limit as the nearer of the two; those that were changed are counted.
static void UN_LOCAL(clamp)(float *values, long count, float limit, int32_t *changed) {
    for (long i = 0; i < count; i++) {
        float v = values[i], w = v != v ? 0.0f : v > limit ? limit : v < -limit ? -limit : v;
        changed[i] += !(v == w);
        values[i] = w;
    }
}

/// Eight of 16 columns over some rows: four float64 sums a column stay in registers.
UN_INLINE void add_moments(const float *values, long rows, double *sums, long lds) {
    doubles a = *(doubles_unaligned *)sums, b = *(doubles_unaligned *)(sums + lds);
    doubles d = *(doubles_unaligned *)(sums + 2 * lds), e = *(doubles_unaligned *)(sums + 3 * lds);
    for (long r = 0; r < rows; r++) {
        doubles w = __builtin_convertvector(*(const floats8_unaligned *)(values + 16 * r), doubles), w2 = w * w;
        a += w;
        b += w2;
        d += w2 * w;
        e += w2 * w2;
    }
    *(doubles_unaligned *)sums = a, *(doubles_unaligned *)(sums + lds) = b;
    *(doubles_unaligned *)(sums + 2 * lds) = d, *(doubles_unaligned *)(sums + 3 * lds) = e;
}

void UN_NAME(moments)(const float *x, const float *bias, long rows, long columns, float limit, float below, double *sums,
                      int32_t *near, int32_t *changed, uint8_t *positive) {
    enum { run = 8 };  // more rows of 3,072 floats would not fit into the one set of the first-level cache that they fall into
    float values[run * 16] __attribute__((aligned(64)));
    for (long first = 0; first < rows; first += run) {
        long m = rows - first < run ? rows - first : run;
        const float *top = x + first * columns;
        uint8_t *fired = positive + first * columns;
        long c = 0;
        for (; c + 16 <= columns; c += 16) {
            lanes offset = load(bias + c), most = limit, edge = below;
            ints seen = 0, beyond = 0;
            for (long r = 0; r < m; r++) {
                lanes v = load(top + r * columns + c) + offset;
                beyond |= ~((lanes)((bits)v & 0x7fffffffu) <= most);
                seen -= v > edge;
                *(bytes_unaligned *)(fired + r * columns + c) -= __builtin_convertvector(v > 0.0f, bytes);
                *(lanes *)(values + 16 * r) = v;
            }
            *(ints_unaligned *)(near + c) += seen;
            if (mask_of(beyond) != 0)
                for (long r = 0; r < m; r++) UN_LOCAL(clamp)(values + 16 * r, 16, limit, changed + c);
            add_moments(values, m, sums + c, columns);
            add_moments(values + 8, m, sums + c + 8, columns);
        }
        for (; c < columns; c++) {
            for (long r = 0; r < m; r++) {
                float v = top[r * columns + c] + bias[c];
                near[c] += v > below;
                fired[r * columns + c] += v > 0.0f;
                UN_LOCAL(clamp)(&v, 1, limit, changed + c);
                double w = v, w2 = w * w;
                sums[c] += w;
                sums[columns + c] += w2;
                sums[2 * columns + c] += w2 * w;
                sums[3 * columns + c] += w2 * w2;
            }
        }
    }
}

#endif
