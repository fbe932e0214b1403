#ifndef FOCUS_HALF_H
#define FOCUS_HALF_H

#include <stddef.h>

#include "processor.h"

/* Element conversions over `count` little-endian elements; pointers need no alignment.
   Narrowing rounds to nearest, ties to even; NaN stays NaN (quiet), overflow becomes infinity. */

FOCUS_KERNEL(focus_f16_to_f32, const void *source, float *target, size_t count);
void focus_bf16_to_f32(const void *source, float *target, size_t count);
void focus_f64_to_f32(const void *source, float *target, size_t count);
/* Rounds what is inexact to the neighbour whose last bit is odd, so that narrowing further to 16 bits rounds as if
   once. */
void focus_f64_to_odd_f32(const void *source, float *target, size_t count);
FOCUS_KERNEL(focus_f32_to_f16, const float *source, void *target, size_t count);
void focus_f32_to_bf16(const float *source, void *target, size_t count);
void focus_f32_to_f64(const float *source, void *target, size_t count);

#endif
