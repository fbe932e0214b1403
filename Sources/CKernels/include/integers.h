#ifndef FOCUS_INTEGERS_H
#define FOCUS_INTEGERS_H

#include "candidates.h"

/* Candidates from scores of rows and columns whose elements are integers of 8 bits, where the processor multiplies four pairs of them and adds
   up in an instruction (FOCUS_AVX512_VNNI): a quarter of the work of single precision. Elements are in fours, padded with zeros; `width`
   is their number, a multiple of 4. */

enum { FOCUS_INTEGERS_TOGETHER = 4 };

/* No scalar product of more elements is sure to be below 2^31. */
enum { FOCUS_MOST_INTEGERS = 65536 };

/* Rounds each of `count` rows to multiples of a step of its own, so that the largest becomes 127: `integers` has room for [count, width].
   `errors` become no less than the length of what rounding leaves of the row. For FOCUS_AVX512_VNNI only. */
void focus_round_rows(const float *rows, size_t count, size_t dimension, size_t width, int8_t *integers, float *steps,
                      float *errors);

/* Packs rows in groups of 6: group, then four, then row in the group. `offsets` become -128 times the sum of each row. */
void focus_pack_integer_rows(const int8_t *integers, size_t count, size_t width, int8_t *packed, int32_t *offsets);

/* Packs columns in panels of 16, each element plus 128: panel, then four, then column in the panel. */
void focus_pack_integer_panels(const int8_t *integers, size_t count, size_t width, uint8_t *packed);

/* Packed rows, or columns in panels. */
struct focus_integer_rows {
    const int8_t *packed;
    const float *steps;     /* [count] */
    const int32_t *offsets; /* [count], and room to a multiple of 6 */
    size_t count;
};

struct focus_integer_panels {
    const uint8_t *packed;
    const float *steps; /* [count], and room to a multiple of 16 */
    size_t count;
};

/* Fills `lists` (one a row) with every column whose score may be above the threshold of that row's sparsemax. A score may be off by half of
   the list's margin. For FOCUS_AVX512_VNNI only. */
void focus_find_integer_candidates(const struct focus_integer_rows *rows, const struct focus_integer_panels *panels, size_t width,
                                   struct focus_candidates *lists);

#endif
