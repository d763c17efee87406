#ifndef UN_INSIDE_LEVEL
#define UN_SELF "rotate.c"
#include "each_level.h"
#else

#define turn UN_LOCAL(turn)

/// The pairs of one head, of which the second numbers begin at b.
UN_INLINE void turn(float *a, float *b, const float *cosines, const float *sines, long pairs) {
    long i = 0;
    for (; i + 16 <= pairs; i += 16) {
        lanes x = load(a + i), y = load(b + i), c = load(cosines + i), s = load(sines + i);
        store(a + i, x * c - y * s);
        store(b + i, y * c + x * s);
    }
    for (; i < pairs; i++) {
        float x = a[i], y = b[i];
        a[i] = x * cosines[i] - y * sines[i];
        b[i] = y * cosines[i] + x * sines[i];
    }
}

void UN_NAME(rotate)(float *x, long ldx, const float *cosines, const float *sines, long rows, long heads, long head_width, long pairs) {
    for (long r = 0; r < rows; r++) {
        for (long h = 0; h < heads; h++) {
            float *head = x + r * ldx + h * head_width;
            turn(head, head + pairs, cosines + r * pairs, sines + r * pairs, pairs);
        }
    }
}

#endif
