// Elementwise kernels in C. Every function gives the same bits at every instruction-set level of x86-64:
// arithmetic is IEEE single (double where said) in a fixed order, contraction is off, exp is our own polynomial,
// and reductions run in 16 lanes with a fixed tree at the end.
//
// Matrices are row-major float32; `ld…` is the distance between rows in elements. Pointers need no alignment.
// Input and output may be the same array where the shapes allow it and no parameter is `restrict` (the byte planes' are), never overlap
// otherwise.
// A NaN in the input comes out as a NaN.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Layer norm -----------------------------------------------------------------------------------------------------

/// out[r, c] = (x[r, c] - mean_r) / sqrt(variance_r + epsilon) * gamma[c] + beta[c]; population variance. [rows, columns], in place allowed.
void un_layer_norm(const float *x, const float *gamma, const float *beta, float *out, long rows, long columns, float epsilon);

// ---- Bias and activation --------------------------------------------------------------------------------------------

/// out[r, c] = gelu_new(x[r, c] + bias[c]), the tanh form. [rows, columns], in place allowed.
void un_bias_gelu_tanh(const float *x, const float *bias, float *out, long rows, long columns);
/// out[r, c] = gelu(x[r, c] + bias[c]), the erf form. [rows, columns], in place allowed.
void un_bias_gelu_erf(const float *x, const float *bias, float *out, long rows, long columns);
/// out[r, c] = max(x[r, c] + bias[c], 0), NaN stays NaN. [rows, columns], in place allowed.
void un_bias_relu(const float *x, const float *bias, float *out, long rows, long columns);
/// out[r, c] = x[r, c] + bias[c]. [rows, columns], in place allowed.
void un_bias_add(const float *x, const float *bias, float *out, long rows, long columns);
/// accumulated[i] += x[i].
void un_add(const float *x, float *accumulated, long count);
/// out[i] = exp(x[i]) within 1 ulp; below e^-86.5 it is 0. In place allowed.
void un_exp(const float *x, float *out, long count);

// ---- Attention ------------------------------------------------------------------------------------------------------

/// Square matrix [rows, rows]: in row r the entries 0...r become softmax(scale * score), the entries r+1..<rows become 0.
void un_causal_softmax(float *scores, long rows, long leading_dimension, float scale);
/// Turns the pairs (i, i + pairs) of each head by the row's angles, in place: a = a cos - b sin, b = b cos + a sin. x is
/// [rows, heads, head_width] with rows ldx apart, cosines and sines are [rows, pairs]; 2 pairs <= head_width, the rest of a head stays.
void un_rotate(float *x, long ldx, const float *cosines, const float *sines, long rows, long heads, long head_width, long pairs);

// ---- Statistics -----------------------------------------------------------------------------------------------------

/// out[i, c] = (x[indices[i], c] - mean[c]) * inverse_scale[c] for i in 0..<count.
void un_standardise_gather(const float *x, long ldx, const int32_t *indices, long count, const float *mean,
                           const float *inverse_scale, float *out, long ldo, long columns);
/// accumulators[r, c] += round_half_even(c[r, c] * inverse_q); inverse_q is a power of two. The caller has certified that
/// every rounded product and every sum fits into int32.
void un_accumulate_int32(const float *c, long ldc, int32_t *accumulators, long lda, long rows, long columns, float inverse_q);
/// The same into int64; right for every product below 2^62.
void un_accumulate_int64(const float *c, long ldc, int64_t *accumulators, long lda, long rows, long columns, float inverse_q);
/// Per column, in float64 and rows in order: s1 += z, s2 += z^2, s3 += z^3, s4 += z^4.
void un_power_sums(const float *z, long ldz, long rows, long columns, double *s1, double *s2, double *s3, double *s4);
/// Of the pre-activations v = x[r, c] + bias[c]: near[c] += number of v > below, positive[r, c] += v > 0, modulo 256. Then NaN is taken as
/// 0 and what is beyond -limit...limit as the nearer of the two, those are counted in changed[c], and per column, in float64 and rows in
/// order, v, v^2, v^3, v^4 are added to sums[0...3, c]. x and positive are [rows, columns], sums is [4, columns].
void un_moments(const float *x, const float *bias, long rows, long columns, float limit, float below, double *sums, int32_t *near,
                int32_t *changed, uint8_t *positive);
/// counts[c] += number of i with x[indices[i], c] > 0.
void un_count_positive(const float *x, long ldx, const int32_t *indices, long count, int64_t *counts, long columns);
/// What a quantised value lacks: the token's place in its chunk, the column in its group, and the integer to add.
typedef struct {
    int64_t excess;
    int32_t column, row;
} un_beyond;
/// Rounds z to integers at random, each value up with the probability of its fraction, so that the mean is z: out[c * ldo + r] is
/// column c of token r, from -limit to limit (at most 127). What a value has beyond the limit goes to `beyond`, as far as `capacity`
/// reaches; all are counted in the result. keys[r] is the token's, 64 random bits that no other token has; `first_column` is the first
/// column's index among all columns of a run. Every value must be finite.
long un_quantise(const float *z, long ldz, long rows, long columns, const uint64_t *keys, uint32_t first_column, int limit, int8_t *out,
                 long ldo, un_beyond *beyond, long capacity);
/// With what the rows' values lack: sums[column - first, j] += excess * b[j * ldb + row], for j in 0..<columns. Sums wrap around.
void un_add_beyond_rows_int32(const un_beyond *values, long count, long first, const int8_t *b, long ldb, int32_t *sums, long lds,
                              long columns);
void un_add_beyond_rows_int64(const un_beyond *values, long count, long first, const int8_t *b, long ldb, int64_t *sums, long lds,
                              long columns);
/// With what the columns' values lack: sums[i, column - first] += excess * a[i * lda + row], for i in 0..<rows. Sums wrap around.
void un_add_beyond_columns_int32(const un_beyond *values, long count, long first, const int8_t *a, long lda, int32_t *sums, long lds,
                                 long rows);
void un_add_beyond_columns_int64(const un_beyond *values, long count, long first, const int8_t *a, long lda, int64_t *sums, long lds,
                                 long rows);
/// Per column: least = min(least, x), largest = max(largest, x), whatever they were before. NaN does not count.
void un_column_range(const float *x, long ldx, long rows, long columns, float *least, float *largest);
/// out[c * ldo + r] = x[r * ldx + c].
void un_transpose(const float *x, long ldx, long rows, long columns, float *out, long ldo);
/// sums[k] += the scalar product of row rows[k] of a with row columns[k] of b over `length` values, a multiple of 16: float32 in 16 lanes,
/// their sum as float64.
void un_pair_products(const float *a, long lda, const float *b, long ldb, const int32_t *rows, const int32_t *columns, long count,
                      long length, double *sums);
/// Writes the columns with x[c] > thresholds[c] in rising order and returns how many there are; `selected` has room for `columns`.
long un_select_above(const float *x, const float *thresholds, int32_t *selected, long columns);
/// Of a row of correlations or cosines, numbers from about -1 to 1: adds their first four powers to sums[0...3] (float64 in 16 lanes
/// with a fixed tree, then one addition), counts them in `bins`, and writes the places of those below `below` or above `above` in rising
/// order; returns how many these are, `selected` has room for `count`. Bin b of the 101 counts e(b - 1) < x <= e(b) with edges e(i) =
/// -1 + 2 i / 99; the first takes what is lower, the last what is higher.
long un_scan_row(const float *x, long count, float below, float above, double *sums, uint32_t *bins, int32_t *selected);
/// Keeps the largest `length` of `count` keys with their places, in the order in which they stand, of equal ones the first, and returns the
/// smallest that it keeps. 0 < length < count; what is behind the kept ones has no meaning afterwards.
int32_t un_keep_largest(int32_t *keys, int32_t *places, long count, long length);
/// The index of the first value that is NaN or infinite, or -1.
long un_find_not_finite(const float *x, long count);

// ---- Conversion -----------------------------------------------------------------------------------------------------

/// IEEE half to float, exact, subnormals and NaN payloads included.
void un_half_to_float(const uint16_t *x, float *out, long count);
/// bfloat16 to float, exact.
void un_bfloat16_to_float(const uint16_t *x, float *out, long count);

// ---- Instruction-set levels -----------------------------------------------------------------------------------------

enum { UN_LEVEL_BASELINE = 0, UN_LEVEL_V3 = 1, UN_LEVEL_V4 = 2, UN_LEVELS = 3 };

/// All kernels of one level, for tests and measurements; the functions above call those of the highest level that runs here.
typedef struct {
    __typeof__(&un_layer_norm) layer_norm;
    __typeof__(&un_bias_gelu_tanh) bias_gelu_tanh;
    __typeof__(&un_bias_gelu_erf) bias_gelu_erf;
    __typeof__(&un_bias_relu) bias_relu;
    __typeof__(&un_bias_add) bias_add;
    __typeof__(&un_add) add;
    __typeof__(&un_exp) exp;
    __typeof__(&un_causal_softmax) causal_softmax;
    __typeof__(&un_rotate) rotate;
    __typeof__(&un_standardise_gather) standardise_gather;
    __typeof__(&un_accumulate_int32) accumulate_int32;
    __typeof__(&un_accumulate_int64) accumulate_int64;
    __typeof__(&un_power_sums) power_sums;
    __typeof__(&un_moments) moments;
    __typeof__(&un_count_positive) count_positive;
    __typeof__(&un_quantise) quantise;
    __typeof__(&un_column_range) column_range;
    __typeof__(&un_transpose) transpose;
    __typeof__(&un_pair_products) pair_products;
    __typeof__(&un_scan_row) scan_row;
    __typeof__(&un_select_above) select_above;
    __typeof__(&un_find_not_finite) find_not_finite;
    __typeof__(&un_half_to_float) half_to_float;
    __typeof__(&un_bfloat16_to_float) bfloat16_to_float;
} un_kernels;

/// The kernels of a level, or NULL where this processor cannot run them.
const un_kernels *un_kernels_at(int level);
/// The level that the functions above run at.
int un_kernel_level(void);
/// "x86-64", "x86-64-v3" or "x86-64-v4"; NULL for no level.
const char *un_level_name(int level);

// ---- Processor ------------------------------------------------------------------------------------------------------

/// What this processor and its operating system can run, from cpuid and xgetbv.
typedef struct {
    char vendor[16];
    char brand[52];
    int ssse3, sse4_1, amd3dnow, avx, fma4;                // 1 where usable; what only OpenBLAS's kernels for older processors ask for
    int avx2, fma, bmi, f16c;
    int avx512f, avx512cd, avx512bw, avx512dq, avx512vl;
    int avx512vnni, avx_vnni;
} un_processor;

/// Reads the processor's identity and features; all zero on other architectures.
void un_read_processor(un_processor *processor);
/// The number of cores that this process may run on (its affinity mask), at least 1.
int un_usable_cores(void);
/// Gives every block of at least `bytes` a mapping of its own, which goes back to the operating system when the block is freed.
void un_return_large_blocks(size_t bytes);
/// Gives back to the operating system what was freed, as far as whole pages are free.
void un_return_freed_memory(void);
/// Asks for large pages behind a block of memory: it is touched for the first time at a third of the cost.
void un_prefer_huge_pages(void *memory, size_t bytes);

/// Byte planes of zigzag-coded integers, `[width, count]`: all lowest bytes first. What is compressed of a tile.
void un_planes_from_int32(const int32_t *x, uint8_t *planes, long count);
void un_int32_from_planes(const uint8_t *planes, int32_t *x, long count);
void un_planes_from_int64(const int64_t *x, uint8_t *planes, long count);
void un_int64_from_planes(const uint8_t *planes, int64_t *x, long count);

#ifdef __cplusplus
}
#endif

#endif
