#ifndef UN_INSIDE_LEVEL
#define UN_SELF "scan.c"
#include "each_level.h"
#else

#define sum_of_doubles UN_LOCAL(sum_of_doubles)
#define bin_of UN_LOCAL(bin_of)

#ifndef UN_SCAN_BINS
#define UN_SCAN_BINS 101
typedef int32_t ints8 __attribute__((ext_vector_type(8)));
#endif

/// Lane i with i + 8, then i + 4, i + 2, i + 1.
UN_INLINE double sum_of_doubles(doubles low, doubles high) {
    doubles a = low + high;
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

/// The smallest integer that is not below (x + 1) * 49.5, from 0 to 100. Float64 decides as the edges do: but for -1 and 1 no float32 is
/// within its rounding of an edge.
UN_INLINE ints8 bin_of(doubles x) {
    doubles place = (x + 1.0) * 49.5;
    // The comparisons are false for NaN, which becomes bin 0.
    place = place > 0.0 ? place : (doubles)0.0;
    place = place < 100.0 ? place : (doubles)100.0;
    ints8 whole = __builtin_convertvector(place, ints8);
    return whole - __builtin_convertvector(__builtin_convertvector(whole, doubles) < place, ints8);
}

long UN_NAME(scan_row)(const float *x, long count, float below, float above, double *sums, uint32_t *bins, int32_t *selected) {
    // Neighbouring values often fall into one bin: four counters each keep an increment from waiting for the last one.
    uint32_t counts[4][104] = {{0}};
    doubles low[4] = {0}, high[4] = {0};
    long found = 0;
    for (long i = 0; i < count; i += 16) {
        long rest = count - i;
        lanes v = rest < 16 ? load_some(x + i, rest) : load(x + i);
        doubles a = __builtin_convertvector(v.lo, doubles), b = __builtin_convertvector(v.hi, doubles);
        doubles a2 = a * a, b2 = b * b;
        low[0] += a, high[0] += b;
        low[1] += a2, high[1] += b2;
        low[2] += a2 * a, high[2] += b2 * b;
        low[3] += a2 * a2, high[3] += b2 * b2;
        int32_t places[16] __attribute__((aligned(64)));
        *(ints8 *)places = bin_of(a);
        *(ints8 *)(places + 8) = bin_of(b);
        unsigned outside = mask_of((v < below) | (v > above));
        if (rest < 16) {
            for (long j = 0; j < rest; j++) counts[0][places[j]]++;
            outside &= (1u << rest) - 1;
        } else {
            for (long j = 0; j < 16; j += 4) {
                counts[0][places[j]]++;
                counts[1][places[j + 1]]++;
                counts[2][places[j + 2]]++;
                counts[3][places[j + 3]]++;
            }
        }
        for (; outside != 0; outside &= outside - 1) selected[found++] = (int32_t)(i + __builtin_ctz(outside));
    }
    for (int k = 0; k < 4; k++) sums[k] += sum_of_doubles(low[k], high[k]);
    for (int bin = 0; bin < UN_SCAN_BINS; bin++) bins[bin] += (counts[0][bin] + counts[1][bin]) + (counts[2][bin] + counts[3][bin]);
    return found;
}

#endif
