// Compiles the file named by UN_SELF once for each instruction-set level: it includes itself through here, with
// UN_NAME(name) giving the level's own symbol. No include guard: every kernel file includes this once.
//
// FP_CONTRACT is off in every translation unit that computes: at v3 and v4 the compiler would otherwise fuse
// multiply-adds that the baseline cannot, and the bits would differ.
#include "CKernels.h"
#include "kernel_list.h"

#pragma STDC FP_CONTRACT OFF
// Every function with a vector in its signature is inlined always, so no vector crosses a call and its ABI does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define UN_INSIDE_LEVEL 1

#define UN_NAME(name) un_##name##_baseline
#define UN_LOCAL(name) un_local_##name##_baseline
#include "lanes.h"
#include UN_SELF
#undef UN_NAME
#undef UN_LOCAL

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define UN_NAME(name) un_##name##_v3
#define UN_LOCAL(name) un_local_##name##_v3
#include "lanes.h"
#include UN_SELF
#undef UN_NAME
#undef UN_LOCAL
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#define UN_NAME(name) un_##name##_v4
#define UN_LOCAL(name) un_local_##name##_v4
#include "lanes.h"
#include UN_SELF
#undef UN_NAME
#undef UN_LOCAL
#pragma clang attribute pop

#endif
