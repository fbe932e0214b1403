#ifndef FOCUS_PRODUCT_TILE_H
#define FOCUS_PRODUCT_TILE_H

#include "dispatch.h"
#include "products.h"

/* A tile is some rows of the left side by two vectors of columns of the right side, whose sums are kept in registers.
   The rows stand one after another, and the columns side by side in a panel: panel[k][column]. */

/* Not a multiple of the page's size, so that rows do not push one another out of the cache. */
enum { ROW_STRIDE = FOCUS_PRODUCT_DEPTH + 16, LARGEST_TILE = 14 };

#define UNROLLED _Pragma("clang loop unroll(full)")

/* Defines a function that computes a tile of ROWS rows. FUSED(A, B, C) is A * B + C. */
#define DEFINE_TILE(NAME, TARGET, REAL, VECTOR, FUSED, ROWS)                                              \
    TARGET static void NAME(const REAL *rows, const REAL *panel, size_t depth, REAL *sums) {              \
        VECTOR low[ROWS], high[ROWS];                                                                     \
        UNROLLED for (int row = 0; row < ROWS; row++) low[row] = high[row] = 0;                           \
        const VECTOR *columns = (const VECTOR *)panel;                                                    \
        for (size_t k = 0; k < depth; k++, columns += 2) {                                                \
            VECTOR first = columns[0], second = columns[1];                                               \
            UNROLLED for (int row = 0; row < ROWS; row++) {                                               \
                VECTOR value = rows[k + (size_t)row * ROW_STRIDE];                                        \
                low[row] = FUSED(value, first, low[row]);                                                 \
                high[row] = FUSED(value, second, high[row]);                                              \
            }                                                                                             \
        }                                                                                                 \
        VECTOR *target = (VECTOR *)sums;                                                                  \
        UNROLLED for (int row = 0; row < ROWS; row++) target[2 * row] = low[row], target[2 * row + 1] = high[row]; \
    }

/* Defines tiles of 1, 2, 4 and 6 rows, or of 1, 2, 4, 8 and 14, and a table of what to take for a number of rows. */
#define DEFINE_TILES_OF_6(NAME, TARGET, REAL, VECTOR, FUSED)                                              \
    DEFINE_TILE(NAME##_1, TARGET, REAL, VECTOR, FUSED, 1)                                                 \
    DEFINE_TILE(NAME##_2, TARGET, REAL, VECTOR, FUSED, 2)                                                 \
    DEFINE_TILE(NAME##_4, TARGET, REAL, VECTOR, FUSED, 4)                                                 \
    DEFINE_TILE(NAME##_6, TARGET, REAL, VECTOR, FUSED, 6)                                                 \
    static NAME##_function *const NAME[7] = {0, NAME##_1, NAME##_2, NAME##_4, NAME##_4, NAME##_6, NAME##_6};
#define DEFINE_TILES_OF_14(NAME, TARGET, REAL, VECTOR, FUSED)                                             \
    DEFINE_TILE(NAME##_1, TARGET, REAL, VECTOR, FUSED, 1)                                                 \
    DEFINE_TILE(NAME##_2, TARGET, REAL, VECTOR, FUSED, 2)                                                 \
    DEFINE_TILE(NAME##_4, TARGET, REAL, VECTOR, FUSED, 4)                                                 \
    DEFINE_TILE(NAME##_8, TARGET, REAL, VECTOR, FUSED, 8)                                                 \
    DEFINE_TILE(NAME##_14, TARGET, REAL, VECTOR, FUSED, 14)                                               \
    static NAME##_function *const NAME[15] = {                                                            \
        0,         NAME##_1,  NAME##_2,  NAME##_4,  NAME##_4,  NAME##_8,  NAME##_8, NAME##_8,             \
        NAME##_8,  NAME##_14, NAME##_14, NAME##_14, NAME##_14, NAME##_14, NAME##_14};

/* Fused where the processor has it, by the compiler's leave. */
#define MULTIPLIED(A, B, C) ((A) * (B) + (C))
#define FUSED_MULTIPLIED(A, B, C) __builtin_elementwise_fma(A, B, C)

#endif
