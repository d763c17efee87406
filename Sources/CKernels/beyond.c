#include "CKernels.h"

// What quantised values lack, times the other factor's integers. The loop over the other factor's columns is the outer one: a column's
// integers are in the first-level cache for all values, and so are the sums that stand side by side. With the values outside every access
// is a miss (four times as slow on a Zen 5 core). Sums wrap around, and wrap back.

#define UN_ADD_BEYOND(integer, unsigned_integer)                                                                                  \
    void un_add_beyond_rows_##integer(const un_beyond *restrict values, long count, long first, const int8_t *restrict b, long ldb, \
                                      integer##_t *restrict sums, long lds, long columns) {                                       \
        for (long j = 0; j < columns; j++)                                                                                        \
            for (long k = 0; k < count; k++)                                                                                      \
                sums[(values[k].column - first) * lds + j] = (integer##_t)(                                                       \
                    (unsigned_integer)sums[(values[k].column - first) * lds + j] +                                                \
                    (unsigned_integer)values[k].excess * (unsigned_integer)b[j * ldb + values[k].row]);                           \
    }                                                                                                                             \
                                                                                                                                  \
    void un_add_beyond_columns_##integer(const un_beyond *restrict values, long count, long first, const int8_t *restrict a,      \
                                         long lda, integer##_t *restrict sums, long lds, long rows) {                             \
        for (long i = 0; i < rows; i++)                                                                                           \
            for (long k = 0; k < count; k++)                                                                                      \
                sums[i * lds + values[k].column - first] = (integer##_t)(                                                         \
                    (unsigned_integer)sums[i * lds + values[k].column - first] +                                                  \
                    (unsigned_integer)values[k].excess * (unsigned_integer)a[i * lda + values[k].row]);                           \
    }

UN_ADD_BEYOND(int32, uint32_t)
UN_ADD_BEYOND(int64, uint64_t)
