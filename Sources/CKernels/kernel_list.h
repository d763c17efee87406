// The list of kernels: X(result, name, (parameters), (arguments)). Prototypes of every level, tables and the public
// functions are made from it.
#define UN_KERNEL_LIST(X)                                                                                                          \
    X(void, layer_norm, (const float *x, const float *gamma, const float *beta, float *out, long rows, long columns, float epsilon), \
      (x, gamma, beta, out, rows, columns, epsilon))                                                                               \
    X(void, bias_gelu_tanh, (const float *x, const float *bias, float *out, long rows, long columns), (x, bias, out, rows, columns)) \
    X(void, bias_gelu_erf, (const float *x, const float *bias, float *out, long rows, long columns), (x, bias, out, rows, columns)) \
    X(void, bias_relu, (const float *x, const float *bias, float *out, long rows, long columns), (x, bias, out, rows, columns))    \
    X(void, bias_add, (const float *x, const float *bias, float *out, long rows, long columns), (x, bias, out, rows, columns))     \
    X(void, add, (const float *x, float *accumulated, long count), (x, accumulated, count))                                        \
    X(void, exp, (const float *x, float *out, long count), (x, out, count))                                                        \
    X(void, causal_softmax, (float *scores, long rows, long leading_dimension, float scale), (scores, rows, leading_dimension, scale)) \
    X(void, rotate,                                                                                                                \
      (float *x, long ldx, const float *cosines, const float *sines, long rows, long heads, long head_width, long pairs),          \
      (x, ldx, cosines, sines, rows, heads, head_width, pairs))                                                                    \
    X(void, standardise_gather,                                                                                                    \
      (const float *x, long ldx, const int32_t *indices, long count, const float *mean, const float *inverse_scale, float *out,    \
       long ldo, long columns),                                                                                                    \
      (x, ldx, indices, count, mean, inverse_scale, out, ldo, columns))                                                            \
    X(void, accumulate_int32,                                                                                                      \
      (const float *c, long ldc, int32_t *accumulators, long lda, long rows, long columns, float inverse_q),                       \
      (c, ldc, accumulators, lda, rows, columns, inverse_q))                                                                       \
    X(void, accumulate_int64,                                                                                                      \
      (const float *c, long ldc, int64_t *accumulators, long lda, long rows, long columns, float inverse_q),                       \
      (c, ldc, accumulators, lda, rows, columns, inverse_q))                                                                       \
    X(void, power_sums, (const float *z, long ldz, long rows, long columns, double *s1, double *s2, double *s3, double *s4),       \
      (z, ldz, rows, columns, s1, s2, s3, s4))                                                                                     \
    X(void, moments,                                                                                                               \
      (const float *x, const float *bias, long rows, long columns, float limit, float below, double *sums, int32_t *near,          \
       int32_t *changed, uint8_t *positive),                                                                                       \
      (x, bias, rows, columns, limit, below, sums, near, changed, positive))                                                       \
    X(void, count_positive, (const float *x, long ldx, const int32_t *indices, long count, int64_t *counts, long columns),         \
      (x, ldx, indices, count, counts, columns))                                                                                   \
    X(long, quantise,                                                                                                              \
      (const float *z, long ldz, long rows, long columns, const uint64_t *keys, uint32_t first_column, int limit, int8_t *out,     \
       long ldo, un_beyond *beyond, long capacity),                                                                                \
      (z, ldz, rows, columns, keys, first_column, limit, out, ldo, beyond, capacity))                                              \
    X(void, column_range, (const float *x, long ldx, long rows, long columns, float *least, float *largest),                       \
      (x, ldx, rows, columns, least, largest))                                                                                     \
    X(void, transpose, (const float *x, long ldx, long rows, long columns, float *out, long ldo), (x, ldx, rows, columns, out, ldo)) \
    X(void, pair_products,                                                                                                         \
      (const float *a, long lda, const float *b, long ldb, const int32_t *rows, const int32_t *columns, long count, long length,   \
       double *sums),                                                                                                              \
      (a, lda, b, ldb, rows, columns, count, length, sums))                                                                        \
    X(long, scan_row,                                                                                                              \
      (const float *x, long count, float below, float above, double *sums, uint32_t *bins, int32_t *selected),                     \
      (x, count, below, above, sums, bins, selected))                                                                              \
    X(long, select_above, (const float *x, const float *thresholds, int32_t *selected, long columns), (x, thresholds, selected, columns)) \
    X(long, find_not_finite, (const float *x, long count), (x, count))                                                             \
    X(void, half_to_float, (const uint16_t *x, float *out, long count), (x, out, count))                                           \
    X(void, bfloat16_to_float, (const uint16_t *x, float *out, long count), (x, out, count))
