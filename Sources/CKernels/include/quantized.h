#ifndef FOCUS_QUANTIZED_H
#define FOCUS_QUANTIZED_H

#include "candidates.h"

/* Candidates from scores of rows and columns that are quantized to 8-bit integers, each vector with a scale of its own.
   Processors of FOCUS_AVX512_VNNI multiply four pairs of such integers and add them up in one instruction: a quarter of
   the work of single precision. Everything here needs that level. Elements come in fours, padded with zeros; `width` is
   their number, a multiple of 4. */

enum { FOCUS_INTEGERS_TOGETHER = 4 };

/* The most elements whose scalar product is sure to be below 2^31. */
enum { FOCUS_MOST_INTEGERS = 65536 };

/* Quantizes each of `count` rows to multiples of its scale, so that its largest element becomes 127: `integers`
   has room for [count, width]. `errors` become no less than the length of the rounding error of each row. */
void focus_round_rows(const float *rows, size_t count, size_t dimension, size_t width, int8_t *integers, float *scales,
                      float *errors);

/* Packs rows in groups of 6: group, then four, then row in the group. `zero_point_terms` become -128 times the sum
   of each row, which takes back what adding 128 to the columns has added to its scores. */
void focus_pack_integer_rows(const int8_t *integers, size_t count, size_t width, int8_t *packed,
                             int32_t *zero_point_terms);

/* Packs columns in panels of 16, each element plus 128: panel, then four, then column in the panel. */
void focus_pack_integer_panels(const int8_t *integers, size_t count, size_t width, uint8_t *packed);

/* Packed rows. */
struct focus_integer_rows {
    const int8_t *packed;
    const float *scales;             /* [count] */
    const int32_t *zero_point_terms; /* [count], and room to a multiple of 6 */
    size_t count;
};

/* Columns in panels. */
struct focus_integer_panels {
    const uint8_t *packed;
    const float *scales; /* [count], and room to a multiple of 16 */
    size_t count;
};

/* Fills `lists` (one a row) with every column whose score may be above the threshold of that row's sparsemax. A
   score may be off by half of the list's margin. */
void focus_find_integer_candidates(const struct focus_integer_rows *rows, const struct focus_integer_panels *panels,
                                   size_t width, struct focus_candidates *lists);

#endif
