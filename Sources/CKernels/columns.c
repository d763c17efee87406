#ifndef UN_INSIDE_LEVEL
#define UN_SELF "columns.c"
#include "each_level.h"
#else

#define add_powers UN_LOCAL(add_powers)

void UN_NAME(standardise_gather)(const float *x, long ldx, const int32_t *indices, long count, const float *mean,
                                 const float *inverse_scale, float *out, long ldo, long columns) {
    for (long i = 0; i < count; i++) {
        const float *row = x + (long)indices[i] * ldx;
        float *target = out + i * ldo;
        long c = 0;
        for (; c + 16 <= columns; c += 16) store(target + c, (load(row + c) - load(mean + c)) * load(inverse_scale + c));
        for (; c < columns; c++) target[c] = (row[c] - mean[c]) * inverse_scale[c];
    }
}

/// Eight columns (or the first n of them, the others 0) over some rows: four float64 accumulators a column stay in registers.
UN_INLINE void add_powers(const float *z, long ldz, long rows, doubles *s1, doubles *s2, doubles *s3, doubles *s4) {
    doubles a = *s1, b = *s2, c = *s3, d = *s4;
    for (long r = 0; r < rows; r++) {
        doubles v = __builtin_convertvector(*(const floats8_unaligned *)(z + r * ldz), doubles);
        doubles v2 = v * v;
        a += v;
        b += v2;
        c += v2 * v;
        d += v2 * v2;
    }
    *s1 = a, *s2 = b, *s3 = c, *s4 = d;
}

void UN_NAME(power_sums)(const float *z, long ldz, long rows, long columns, double *s1, double *s2, double *s3, double *s4) {
    // 32 rows at a time: their cache lines stay in the first-level cache while neighbouring columns are visited, and the
    // sums (loaded and stored once for each run of rows) cost little. The order of additions of a column is that of the rows.
    const long run = 32;
    for (long first = 0; first < rows; first += run) {
        long n = rows - first < run ? rows - first : run;
        const float *top = z + first * ldz;
        long c = 0;
        for (; c + 8 <= columns; c += 8) {
            doubles a = *(const doubles_unaligned *)(s1 + c), b = *(const doubles_unaligned *)(s2 + c);
            doubles d = *(const doubles_unaligned *)(s3 + c), e = *(const doubles_unaligned *)(s4 + c);
            add_powers(top + c, ldz, n, &a, &b, &d, &e);
            *(doubles_unaligned *)(s1 + c) = a, *(doubles_unaligned *)(s2 + c) = b;
            *(doubles_unaligned *)(s3 + c) = d, *(doubles_unaligned *)(s4 + c) = e;
        }
        for (; c < columns; c++) {
            for (long r = 0; r < n; r++) {
                double v = top[r * ldz + c], v2 = v * v;
                s1[c] += v;
                s2[c] += v2;
                s3[c] += v2 * v;
                s4[c] += v2 * v2;
            }
        }
    }
}

void UN_NAME(count_positive)(const float *x, long ldx, const int32_t *indices, long count, int64_t *counts, long columns) {
    const long run = 32;  // as above
    for (long first = 0; first < count; first += run) {
        long last = first + run < count ? first + run : count;
        long c = 0;
        for (; c + 16 <= columns; c += 16) {
            ints seen = 0;
            for (long i = first; i < last; i++) seen -= (ints)(load(x + (long)indices[i] * ldx + c) > 0.0f);
            *(longs_unaligned *)(counts + c) += __builtin_convertvector(seen, longs);
        }
        for (; c < columns; c++)
            for (long i = first; i < last; i++) counts[c] += x[(long)indices[i] * ldx + c] > 0.0f;
    }
}

long UN_NAME(select_above)(const float *x, const float *thresholds, int32_t *selected, long columns) {
    long found = 0, c = 0;
    for (; c + 16 <= columns; c += 16) {
        unsigned above = mask_of(load(x + c) > load(thresholds + c));
        for (; above != 0; above &= above - 1) selected[found++] = (int32_t)(c + __builtin_ctz(above));
    }
    for (; c < columns; c++)
        if (x[c] > thresholds[c]) selected[found++] = (int32_t)c;
    return found;
}

long UN_NAME(find_not_finite)(const float *x, long count) {
    long i = 0;
    for (; i + 16 <= count; i += 16) {
        ints exponent = (ints)load(x + i) & 0x7f800000;
        unsigned bad = mask_of(exponent == 0x7f800000);
        if (bad != 0) return i + __builtin_ctz(bad);
    }
    for (; i < count; i++)
        if (!(x[i] - x[i] == 0.0f)) return i;
    return -1;
}

#endif
