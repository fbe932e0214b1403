#ifndef FOCUS_PRODUCTS_H
#define FOCUS_PRODUCTS_H

#include <stddef.h>

#include "processor.h"

/* Parts of products of matrices. A product is cut into parts at will, since no number depends on the cut: the terms
   of each number are added in order, 256 at a time, and the sums of 256 are added in order. Where a processor has
   fused multiply-add, each term is fused; so AVX2, AVX-512 and ARM have the same bits. Without it, products are
   rounded before they are added, since imitating it takes many times as long. */

/* DEPTH: terms of a sum. BLOCK: the most columns of a part. SCRATCH: numbers of the type that is multiplied, aligned
   to 64 bytes, which a part needs for itself. */
enum {
    FOCUS_PRODUCT_DEPTH = 256,
    FOCUS_PRODUCT_BLOCK = 256,
    FOCUS_PRODUCT_SCRATCH = FOCUS_PRODUCT_BLOCK * FOCUS_PRODUCT_DEPTH + 16 * (FOCUS_PRODUCT_DEPTH + 16) + 16 * 32,
};

/* Types of numbers. */
enum { FOCUS_NUMBERS_F32 = 0, FOCUS_NUMBERS_F16 = 1, FOCUS_NUMBERS_BF16 = 2, FOCUS_NUMBERS_F64 = 3 };

/* The product of `rows` rows and the transpose of at most FOCUS_PRODUCT_BLOCK rows of weights of a type, all of
   `depth` numbers, plus a bias unless it is null. `weights` starts at the first of these rows, and `bias` and `result`
   at its column; a row of the result follows the one before after `stride` numbers. */
FOCUS_KERNEL(focus_multiply_weights, const float *values, size_t rows, size_t depth, const void *weights, int type,
             size_t columns, const float *bias, float *result, size_t stride, float *scratch);

/* One side of a product in double precision: numbers of type F32 or F64, of which one follows another after `along`
   numbers in the direction that is summed over, and after `across` numbers in the other one. */
struct focus_factor {
    const void *numbers;
    size_t along, across;
    int type;
};

/* The product of `rows` and at most FOCUS_PRODUCT_BLOCK columns takes the place of the result (0), is added to it (1),
   or is subtracted from it (-1). */
FOCUS_KERNEL(focus_multiply_doubles, const struct focus_factor *left, size_t rows, const struct focus_factor *right,
             size_t columns, size_t depth, int sign, double *result, size_t stride, double *scratch);

#endif
