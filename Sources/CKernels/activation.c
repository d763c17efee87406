#ifndef UN_INSIDE_LEVEL
#define UN_SELF "activation.c"
#include "each_level.h"
#else

#define gelu_tanh UN_LOCAL(gelu_tanh)
#define gelu_erf UN_LOCAL(gelu_erf)
#define relu UN_LOCAL(relu)
#define identity UN_LOCAL(identity)

/// gelu_new(x) = x (1 + tanh u) / 2 with u = sqrt(2/pi) (x + 0.044715 x^3), written as x / (1 + exp(-2 u)): no
/// cancellation in the negative tail. Minus infinity gives NaN, as in PyTorch.
UN_INLINE lanes gelu_tanh(lanes x) {
    const float linear = -1.5957691216057308f;           // -2 sqrt(2/pi)
    const float cubic = -0.0713548162726009f;            // the same times 0.044715
    lanes exponent = x * (linear + cubic * (x * x));
    return x / (1.0f + exponential(exponent));
}

/// gelu(x) = x Phi(x). The upper tail of the normal distribution is Q(t) = exp(-t^2 / 2) k P(k), k = 1 / (1 + 0.4 t);
/// P is our own minimax fit of degree 9 on t in [0, 13.5], relative error 1.5e-8. Beyond 13.15 the exponential is 0.
UN_INLINE lanes gelu_erf(lanes x) {
    lanes t = (lanes)((bits)x & 0x7fffffffu);
    lanes k = 1.0f / (1.0f + 0.4f * t);
    lanes k2 = k * k;
    lanes k4 = k2 * k2;
    lanes p01 = 0x1.46d020p-3f + k * 0x1.46e296p-3f;
    lanes p23 = 0x1.10f232p-3f + k * 0x1.73796ep-4f;
    lanes p45 = -0x1.98ed5cp-6f + k * 0x1.daff64p-4f;
    lanes p67 = -0x1.7aaadcp-2f + k * 0x1.8439f6p-2f;
    lanes p89 = -0x1.67590ap-3f + k * 0x1.05dcccp-5f;
    lanes p = (p01 + k2 * p23) + k4 * ((p45 + k2 * p67) + k4 * p89);
    lanes q = exponential_or_zero(t * t * -0.5f) * (k * p);
    return x * where(x < 0.0f, q, 1.0f - q);
}

UN_INLINE lanes relu(lanes x) { return (lanes)((ints)x & ~(x < 0.0f)); }

UN_INLINE lanes identity(lanes x) { return x; }

#undef UN_BIASED
#define UN_BIASED(name, function)                                                                        \
    void UN_NAME(name)(const float *x, const float *bias, float *out, long rows, long columns) {         \
        for (long r = 0; r < rows; r++) {                                                                \
            const float *row = x + r * columns;                                                          \
            float *target = out + r * columns;                                                           \
            long c = 0;                                                                                  \
            for (; c + 16 <= columns; c += 16) store(target + c, function(load(row + c) + load(bias + c))); \
            if (c < columns) {                                                                           \
                long n = columns - c;                                                                    \
                store_some(target + c, function(load_some(row + c, n) + load_some(bias + c, n)), n);     \
            }                                                                                            \
        }                                                                                                \
    }

UN_BIASED(bias_gelu_tanh, gelu_tanh)
UN_BIASED(bias_gelu_erf, gelu_erf)
UN_BIASED(bias_relu, relu)
UN_BIASED(bias_add, identity)

void UN_NAME(add)(const float *x, float *accumulated, long count) {
    long i = 0;
    for (; i + 16 <= count; i += 16) store(accumulated + i, load(accumulated + i) + load(x + i));
    for (; i < count; i++) accumulated[i] = accumulated[i] + x[i];
}

void UN_NAME(exp)(const float *x, float *out, long count) {
    long i = 0;
    for (; i + 16 <= count; i += 16) store(out + i, exponential_or_zero(load(x + i)));
    if (i < count) store_some(out + i, exponential_or_zero(load_some(x + i, count - i)), count - i);
}

#endif
