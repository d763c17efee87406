#include <cblas.h>
#include <stddef.h>

// Of LAPACK, which is in the same library: distributions have its symbols there, and not always its headers.
void dsyevd_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w, double *work,
             const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info, size_t jobz_length, size_t uplo_length);
