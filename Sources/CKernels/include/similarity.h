#ifndef FOCUS_SIMILARITY_H
#define FOCUS_SIMILARITY_H

#include "candidates.h"

/* Which columns may be in the support of each row's sparsemax, found from single-precision scores.
   Rows are packed in groups of 6, columns in panels of 16; both are padded with zeros. */

/* Packs `count` rows of `dimension` into groups of 6: group, then dimension, then row in the group. */
void focus_pack_rows(const float *rows, size_t count, size_t dimension, float *packed);

/* Packs `count` rows of `dimension` into panels of 16: panel, then dimension, then column in the panel. */
void focus_pack_panels(const float *rows, size_t count, size_t dimension, float *packed);

/* Sketches of the rows and columns, packed in the same way, whose scalar products are upper bounds of the scores. */
struct focus_bounds {
    const float *rows, *panels;
    size_t dimension;
};

/* Fills `lists` (one a row) with every column whose score may be above the threshold of that row's sparsemax. A
   score, or an upper bound of it, may be off by a quarter of the list's margin. Where `bounds` is not null, tiles
   of 6 rows and 16 columns (32 with AVX-512) in which no bound is above its row's threshold are skipped.
   `computed` becomes how many panels of 6 rows were not. */
FOCUS_KERNEL(focus_find_candidates, const float *packed_rows, size_t row_count, const float *panels,
             size_t column_count, size_t first_panel, size_t dimension, const struct focus_bounds *bounds,
             struct focus_candidates *lists, uint64_t *computed);

/* The scalar product in double precision, in one order of summation on every processor. */
double focus_dot(const float *a, const float *b, size_t count);

/* The scalar products, by the same sums, of `a` with the rows `indices` of `rows`, each of `count` floats. */
FOCUS_KERNEL(focus_dots, const float *a, const float *rows, size_t count, const uint32_t *indices, size_t index_count,
             double *results);

#endif
