#ifndef UN_INSIDE_LEVEL
#define UN_SELF "quantise.c"
#include "each_level.h"
#else

#define random_bits UN_LOCAL(random_bits)
#define floor_of UN_LOCAL(floor_of)
#define quantise_lanes UN_LOCAL(quantise_lanes)

/// 32 bits for each column of a token: a counter-based generator, the two constants of a mixing function of 32 bits ("lowbias32", found
/// by Chris Wellons's search) with the token's two words put in between. Within a token different columns have different bits by
/// construction, and bits that do not know of each other by the mixing.
UN_INLINE bits random_bits(bits column, uint32_t low, uint32_t high) {
    bits x = column * 0x9e3779b9u + low;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x += high;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    return x;
}

/// The largest integer not above v, as float; exact whatever the magnitude.
UN_INLINE lanes floor_of(lanes v) {
    lanes rounded = round_half_even(v);
    return rounded - where(rounded > v, (lanes)1.0f, (lanes)0.0f);
}

/// Up to 16 columns of one token.
UN_INLINE bytes quantise_lanes(lanes v, bits words, uint64_t key, lanes most, unsigned *outside, lanes *level) {
    lanes below = floor_of(v);
    // Exact, but for values just below 0 where it may be rounded to 1: then the level is 0, which is right.
    lanes share = v - below;
    bits random = random_bits(words, (uint32_t)key, (uint32_t)(key >> 32)) >> 9;
    // Odd multiples of 2^-24 in (0, 1), all exact: an integer is never moved, and the error of the probability has no sign.
    lanes uniform = (__builtin_convertvector((ints)random, lanes) + 0.5f) * 0x1p-23f;
    *level = below + where(uniform < share, (lanes)1.0f, (lanes)0.0f);
    lanes kept = where(*level > most, most, *level);
    kept = where(kept < -most, -most, kept);
    *outside = mask_of(*level != kept);
    return __builtin_convertvector(__builtin_convertvector(kept, ints), bytes);
}

/// Notes what the lanes of `outside` lack.
static void UN_LOCAL(note_beyond)(const float level[16], unsigned outside, int limit, long row, long column, un_beyond *beyond,
                                  long capacity, long *found) {
    for (; outside != 0; outside &= outside - 1) {
        int j = __builtin_ctz(outside);
        if (*found < capacity) {
            // No sum that is kept has room for more; the certificate refuses the column before anything is added.
            double value = (double)level[j], bound = 0x1p62;
            int64_t whole = (int64_t)(value > bound ? bound : value < -bound ? -bound : value);
            int64_t excess = whole > 0 ? whole - limit : whole + limit;
            beyond[*found] = (un_beyond){.excess = excess, .column = (int32_t)(column + j), .row = (int32_t)row};
        }
        (*found)++;
    }
}

long UN_NAME(quantise)(const float *z, long ldz, long rows, long columns, const uint64_t *keys, uint32_t first_column, int limit,
                       int8_t *out, long ldo, un_beyond *beyond, long capacity) {
    // Parts of 64 tokens and 1,024 columns: tokens are read along their rows, as the processor reads ahead (with 16 columns of a token
    // at a time it waits for memory: 0.2 in place of 0.5 billion values a second on a Zen 3 core), and a column's part is one cache
    // line. 64 bytes more a row, or all of them would fall into a few sets of the cache.
    enum { height = 64, width = 1024, stride = width + 64 };
    int8_t levels[height * stride] __attribute__((aligned(64)));
    const lanes most = (float)limit;
    const bits one = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    long found = 0;
    for (long top = 0; top < rows; top += height) {
        long m = rows - top < height ? rows - top : height;
        for (long left = 0; left < columns; left += width) {
            long n = columns - left < width ? columns - left : width;
            for (long r = 0; r < m; r++) {
                const float *source = z + (top + r) * ldz + left;
                for (long c = 0; c < n; c += 16) {
                    unsigned outside;
                    lanes level, v = n - c < 16 ? load_some(source + c, n - c) : load(source + c);
                    *(bytes *)(levels + r * stride + c) =
                        quantise_lanes(v, one + (first_column + (uint32_t)(left + c)), keys[top + r], most, &outside, &level);
                    if (outside != 0) {
                        float all[16] __attribute__((aligned(64)));
                        *(lanes *)all = level;
                        UN_LOCAL(note_beyond)(all, outside, limit, top + r, left + c, beyond, capacity, &found);
                    }
                }
            }
            for (long c = 0; c < n; c++)
                for (long r = 0; r < m; r++) out[(left + c) * ldo + top + r] = levels[r * stride + c];
        }
    }
    return found;
}

void UN_NAME(column_range)(const float *x, long ldx, long rows, long columns, float *least, float *largest) {
    const long run = 32;  // as in the power sums
    for (long first = 0; first < rows; first += run) {
        long last = first + run < rows ? first + run : rows;
        long c = 0;
        for (; c + 16 <= columns; c += 16) {
            lanes low = load(least + c), high = load(largest + c);
            for (long r = first; r < last; r++) {
                lanes v = load(x + r * ldx + c);
                low = where(v < low, v, low);
                high = where(v > high, v, high);
            }
            store(least + c, low);
            store(largest + c, high);
        }
        for (; c < columns; c++)
            for (long r = first; r < last; r++) {
                float v = x[r * ldx + c];
                least[c] = v < least[c] ? v : least[c];
                largest[c] = v > largest[c] ? v : largest[c];
            }
    }
}

#endif
