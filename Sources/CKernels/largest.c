#include "CKernels.h"

// Integers have the same bits at every level, so this is compiled once. Halving the range of keys takes two dozen passes that count, each of
// which is vectors from end to end; a selection by exchange takes fewer steps, and half of its branches are guessed wrong.

static long count_from(const int32_t *keys, long count, int32_t least) {
    int32_t found = 0;
    for (long i = 0; i < count; i++) found += keys[i] >= least;
    return found;
}

int32_t un_keep_largest(int32_t *keys, int32_t *places, long count, long length) {
    int32_t low = keys[0], high = keys[0];
    for (long i = 0; i < count; i++) {
        low = keys[i] < low ? keys[i] : low;
        high = keys[i] > high ? keys[i] : high;
    }
    while (low < high) {
        int32_t middle = (int32_t)((int64_t)low + ((int64_t)high - low + 1) / 2);
        if (count_from(keys, count, middle) >= length)
            low = middle;
        else
            high = middle - 1;
    }
    // Of those that are equal to the last one the first.
    long equal = length - (low == INT32_MAX ? 0 : count_from(keys, count, low + 1));
    long kept = 0;
    for (long i = 0; i < count; i++) {
        int32_t key = keys[i], place = places[i];
        int is_equal = key == low && equal > 0;
        keys[kept] = key;
        places[kept] = place;
        kept += key > low || is_equal;
        equal -= is_equal;
    }
    return low;
}
