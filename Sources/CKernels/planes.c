#include "CKernels.h"

// Byte planes of zigzag-coded integers, [width, count]: what is compressed of a tile.

void un_planes_from_int32(const int32_t *restrict x, uint8_t *restrict planes, long count) {
    for (long i = 0; i < count; i++) {
        const uint32_t code = ((uint32_t)x[i] << 1) ^ (uint32_t)(x[i] >> 31);
        planes[i] = (uint8_t)code;
        planes[count + i] = (uint8_t)(code >> 8);
        planes[2 * count + i] = (uint8_t)(code >> 16);
        planes[3 * count + i] = (uint8_t)(code >> 24);
    }
}

void un_int32_from_planes(const uint8_t *restrict planes, int32_t *restrict x, long count) {
    for (long i = 0; i < count; i++) {
        const uint32_t code = (uint32_t)planes[i] | (uint32_t)planes[count + i] << 8 | (uint32_t)planes[2 * count + i] << 16 |
                              (uint32_t)planes[3 * count + i] << 24;
        x[i] = (int32_t)((code >> 1) ^ (0u - (code & 1)));
    }
}

void un_planes_from_int64(const int64_t *restrict x, uint8_t *restrict planes, long count) {
    for (long i = 0; i < count; i++) {
        const uint64_t code = ((uint64_t)x[i] << 1) ^ (uint64_t)(x[i] >> 63);
        for (int byte = 0; byte < 8; byte++) planes[byte * count + i] = (uint8_t)(code >> (8 * byte));
    }
}

void un_int64_from_planes(const uint8_t *restrict planes, int64_t *restrict x, long count) {
    for (long i = 0; i < count; i++) {
        uint64_t code = 0;
        for (int byte = 0; byte < 8; byte++) code |= (uint64_t)planes[byte * count + i] << (8 * byte);
        x[i] = (int64_t)((code >> 1) ^ (0ull - (code & 1)));
    }
}
