// Sixteen lanes: the vectors that every kernel is written in. The compiler maps one to four SSE, two AVX or one AVX-512
// register; what is computed in which order is the same in each case. Included once for each level (no include guard
// around the functions).
#ifndef UN_LANES_TYPES
#define UN_LANES_TYPES

typedef float lanes __attribute__((ext_vector_type(16)));
typedef float lanes_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t ints __attribute__((ext_vector_type(16)));
typedef int32_t ints_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef uint32_t bits __attribute__((ext_vector_type(16)));
typedef int64_t longs __attribute__((ext_vector_type(16)));
typedef int64_t longs_unaligned __attribute__((ext_vector_type(16), aligned(8)));
typedef uint16_t halves __attribute__((ext_vector_type(16)));
typedef uint16_t halves_unaligned __attribute__((ext_vector_type(16), aligned(2)));
typedef int8_t bytes __attribute__((ext_vector_type(16)));
typedef int8_t bytes_unaligned __attribute__((ext_vector_type(16), aligned(1)));
typedef double doubles __attribute__((ext_vector_type(8)));
typedef double doubles_unaligned __attribute__((ext_vector_type(8), aligned(8)));
typedef float floats8 __attribute__((ext_vector_type(8)));
typedef float floats8_unaligned __attribute__((ext_vector_type(8), aligned(4)));
typedef _Bool flags __attribute__((ext_vector_type(16)));

#define UN_INLINE static inline __attribute__((always_inline))

#endif

#define load UN_LOCAL(load)
#define load_some UN_LOCAL(load_some)
#define store UN_LOCAL(store)
#define store_some UN_LOCAL(store_some)
#define where UN_LOCAL(where)
#define mask_of UN_LOCAL(mask_of)
#define sum_of_lanes UN_LOCAL(sum_of_lanes)
#define max_of_lanes UN_LOCAL(max_of_lanes)
#define round_half_even UN_LOCAL(round_half_even)
#define exponential UN_LOCAL(exponential)
#define exponential_or_zero UN_LOCAL(exponential_or_zero)

UN_INLINE lanes load(const float *p) { return *(const lanes_unaligned *)p; }

UN_INLINE void store(float *p, lanes v) { *(lanes_unaligned *)p = v; }

/// The first n (< 16) lanes from memory, 0 in the others.
UN_INLINE lanes load_some(const float *p, long n) {
    float buffer[16] __attribute__((aligned(64))) = {0};
    for (long i = 0; i < n; i++) buffer[i] = p[i];
    return *(const lanes *)buffer;
}

UN_INLINE void store_some(float *p, lanes v, long n) {
    float buffer[16] __attribute__((aligned(64)));
    *(lanes *)buffer = v;
    for (long i = 0; i < n; i++) p[i] = buffer[i];
}

/// yes where the condition (all bits set or none) holds, no elsewhere.
UN_INLINE lanes where(ints condition, lanes yes, lanes no) {
    return (lanes)(((ints)yes & condition) | ((ints)no & ~condition));
}

/// One bit a lane.
UN_INLINE uint16_t mask_of(ints condition) {
    flags f = __builtin_convertvector(condition, flags);
    return __builtin_bit_cast(uint16_t, f);
}

/// The fixed tree: lane i with i + 8, then i + 4, i + 2, i + 1.
UN_INLINE float sum_of_lanes(lanes v) {
    floats8 a = v.lo + v.hi;
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

UN_INLINE float max_of_lanes(lanes v) {
    float m = v[0];
    for (int i = 1; i < 16; i++) m = v[i] > m ? v[i] : m;
    return m;
}

/// To the nearest integer as float, half to even, whatever the magnitude: adding 2^23 pushes the fraction out of the
/// mantissa under the processor's own rounding; from 2^23 on every float is an integer already.
UN_INLINE lanes round_half_even(lanes v) {
    const lanes two23 = 0x1p23f;
    bits sign = (bits)v & 0x80000000u;
    lanes magnitude = (lanes)((bits)v ^ sign);
    lanes rounded = (magnitude + two23) - two23;
    return (lanes)((bits)where(magnitude < two23, rounded, magnitude) | sign);
}

/// exp(x) within 1 ulp; below -86.5 it stays at exp(-86.5), above 88.72 it is infinite, NaN stays NaN.
/// exp(x) = 2^n exp(r) with r = x - n ln 2 in [-0.3475, 0.3475]; ln 2 is split so that n times its first part is exact.
/// The polynomial for (exp(r) - 1 - r) / r^2 is our own weighted minimax fit: relative error of exp(r) 3e-9.
UN_INLINE lanes exponential(lanes x) {
    const lanes lowest = -86.5f, highest = 89.0f;
    x = where(x < lowest, lowest, x);
    x = where(x > highest, highest, x);
    const lanes shifter = 0x1.8p23f;  // adding it leaves the nearest integer in the low bits
    lanes shifted = x * 0x1.715476p+0f + shifter;
    lanes n = shifted - shifter;
    lanes r = x - n * 0.693359375f;
    r = r - n * -0x1.bd0106p-13f;
    lanes square = r * r;
    lanes low = 0x1.fffffcp-2f + r * 0x1.555490p-3f;
    lanes high = 0x1.5558fcp-5f + r * 0x1.123b6ap-7f;
    lanes p = low + square * (high + square * 0x1.6a21a8p-10f);
    // Twice exp(r), times 2^(n - 1): n - 1 lies in -126...127, so the factor is a normal number for every n.
    lanes twice = 2.0f + 2.0f * (r + square * p);
    ints exponent = (((ints)shifted - (ints)shifter) + 126) << 23;
    return twice * (lanes)exponent;
}

/// The same, but 0 below -86.5.
UN_INLINE lanes exponential_or_zero(lanes x) {
    return (lanes)((ints)exponential(x) & ~(x < -86.5f));
}
