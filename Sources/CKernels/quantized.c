#include "quantized.h"
#include "dispatch.h"
#include "tiles.h"

#include <math.h>
#include <string.h>

#ifdef HAS_X86

/* Columns are stored plus ZERO_POINT, since the instruction multiplies unsigned by signed integers. */
enum { LANES = 16, LARGEST = 127, ZERO_POINT = 128 };

/* 16 floats of a row of which `rest` are left; past the end, zeros. */
TARGET_AVX512_VNNI INLINE __m512 load(const float *row, size_t rest) {
    return _mm512_maskz_loadu_ps(rest < LANES ? (__mmask16)((1u << rest) - 1) : 0xFFFF, row);
}

TARGET_AVX512_VNNI static void round_row(const float *row, size_t dimension, size_t width, int8_t *integers,
                                         float *scale, float *error) {
    __m512 largest = _mm512_setzero_ps(), squares = _mm512_setzero_ps();
    for (size_t k = 0; k < dimension; k += LANES)
        largest = _mm512_max_ps(largest, _mm512_abs_ps(load(row + k, dimension - k)));
    *scale = _mm512_reduce_max_ps(largest) / LARGEST;
    __m512 scales = _mm512_set1_ps(*scale), inverses = _mm512_set1_ps(*scale > 0 ? 1 / *scale : 0);
    __m512i most = _mm512_set1_epi32(LARGEST);
    for (size_t k = 0; k < width; k += LANES) {
        __m512 values = k < dimension ? load(row + k, dimension - k) : _mm512_setzero_ps();
        __m512i rounded = _mm512_min_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(values, inverses)), most);
        rounded = _mm512_max_epi32(rounded, _mm512_sub_epi32(_mm512_setzero_si512(), most));
        __m512 rest = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(rounded), scales, values);
        squares = _mm512_fmadd_ps(rest, rest, squares);
        size_t here = width - k < LANES ? width - k : LANES;
        _mm512_mask_cvtepi32_storeu_epi8(integers + k, (__mmask16)((1u << here) - 1), rounded);
    }
    // Rounding the sum and the root costs far less than a thousandth, except below the smallest floats.
    *error = sqrtf(_mm512_reduce_add_ps(squares)) * 1.001f + 1e-18f;
}

void focus_round_rows(const float *rows, size_t count, size_t dimension, size_t width, int8_t *integers, float *scales,
                      float *errors) {
    for (size_t row = 0; row < count; row++)
        round_row(rows + row * dimension, dimension, width, integers + row * width, scales + row, errors + row);
}

void focus_pack_integer_rows(const int8_t *integers, size_t count, size_t width, int8_t *packed,
                             int32_t *zero_point_terms) {
    for (size_t first = 0; first < count; first += FOCUS_ROW_GROUP)
        for (size_t row = first; row < first + FOCUS_ROW_GROUP; row++) {
            int8_t *target = packed + first * width + (row - first) * FOCUS_INTEGERS_TOGETHER;
            int32_t sum = 0;
            for (size_t k = 0; k < width; k += FOCUS_INTEGERS_TOGETHER) {
                if (row < count)
                    memcpy(target, integers + row * width + k, FOCUS_INTEGERS_TOGETHER);
                else
                    memset(target, 0, FOCUS_INTEGERS_TOGETHER);
                target += FOCUS_ROW_GROUP * FOCUS_INTEGERS_TOGETHER;
            }
            for (size_t k = 0; row < count && k < width; k++) sum += integers[row * width + k];
            zero_point_terms[row] = -ZERO_POINT * sum;
        }
}

void focus_pack_integer_panels(const int8_t *integers, size_t count, size_t width, uint8_t *packed) {
    for (size_t first = 0; first < count; first += FOCUS_PANEL_WIDTH)
        for (size_t k = 0; k < width; k += FOCUS_INTEGERS_TOGETHER)
            for (size_t column = first; column < first + FOCUS_PANEL_WIDTH; column++)
                for (size_t i = 0; i < FOCUS_INTEGERS_TOGETHER; i++)
                    *packed++ = (uint8_t)(ZERO_POINT + (column < count ? integers[column * width + k + i] : 0));
}

/* Divided by the rows' scales, the scores of 6 rows with 32 columns (or twice with the same 16) are compared with
   `limits`. They are written only where any is above. */
TARGET_AVX512_VNNI static void tile(const int8_t *rows, const int32_t *zero_point_terms, const uint8_t *panel,
                                    const uint8_t *next, size_t width, const float *scales, const float *next_scales,
                                    const float *limits, uint32_t *hits, float *scores) {
#define START(R) __m512i low##R = _mm512_set1_epi32(zero_point_terms[R]), high##R = low##R;
    EACH_ROW(START)
    for (size_t k = 0; k < width; k += FOCUS_INTEGERS_TOGETHER) {
        __m512i low = _mm512_loadu_si512(panel + FOCUS_PANEL_WIDTH * k);
        __m512i high = _mm512_loadu_si512(next + FOCUS_PANEL_WIDTH * k);
#define ADD(R)                                                        \
    {                                                                 \
        int32_t four;                                                 \
        memcpy(&four, rows + R * FOCUS_INTEGERS_TOGETHER, sizeof four); \
        __m512i values = _mm512_set1_epi32(four);                     \
        low##R = _mm512_dpbusd_epi32(low##R, low, values);            \
        high##R = _mm512_dpbusd_epi32(high##R, high, values);         \
    }
        EACH_ROW(ADD)
        rows += FOCUS_ROW_GROUP * FOCUS_INTEGERS_TOGETHER;
    }
    __m512 low_scales = _mm512_loadu_ps(scales), high_scales = _mm512_loadu_ps(next_scales);
#define COMPARE(R)                                                                                        \
    __m512 first##R = _mm512_mul_ps(_mm512_cvtepi32_ps(low##R), low_scales);                               \
    __m512 second##R = _mm512_mul_ps(_mm512_cvtepi32_ps(high##R), high_scales);                            \
    hits[R] = _mm512_cmp_ps_mask(first##R, _mm512_set1_ps(limits[R]), _CMP_GT_OQ) |                       \
              (uint32_t)_mm512_cmp_ps_mask(second##R, _mm512_set1_ps(limits[R]), _CMP_GT_OQ) << LANES;
    EACH_ROW(COMPARE)
    if (!is_any_hit(hits)) return;
#define STORE(R)                                                       \
    _mm512_storeu_ps(scores + 2 * LANES * R, first##R);                \
    _mm512_storeu_ps(scores + 2 * LANES * R + LANES, second##R);
    EACH_ROW(STORE)
}

TARGET_AVX512_VNNI void focus_find_integer_candidates(const struct focus_integer_rows *rows,
                                                      const struct focus_integer_panels *panels, size_t width,
                                                      struct focus_candidates *lists) {
    uint32_t hits[FOCUS_ROW_GROUP];
    _Alignas(64) float scores[FOCUS_ROW_GROUP * 2 * FOCUS_PANEL_WIDTH];
    focus_begin_candidates(lists, rows->count);
    for (size_t column = 0; column < panels->count; column += 2 * FOCUS_PANEL_WIDTH) {
        int is_pair = column + FOCUS_PANEL_WIDTH < panels->count;
        const uint8_t *panel = panels->packed + column * width;
        const uint8_t *next = is_pair ? panel + FOCUS_PANEL_WIDTH * width : panel;
        const float *scales = panels->scales + column, *next_scales = is_pair ? scales + FOCUS_PANEL_WIDTH : scales;
        for (size_t first = 0; first < rows->count; first += FOCUS_ROW_GROUP) {
            size_t present = rows->count - first < FOCUS_ROW_GROUP ? rows->count - first : FOCUS_ROW_GROUP;
            float limits[FOCUS_ROW_GROUP];
            for (size_t row = 0; row < FOCUS_ROW_GROUP; row++)
                limits[row] = row < present ? lists[first + row].threshold / rows->scales[first + row] : INFINITY;
            tile(rows->packed + first * width, rows->zero_point_terms + first, panel, next, width, scales, next_scales,
                 limits, hits, scores);
            for (size_t row = 0; row < present; row++) {
                uint32_t above = is_pair ? hits[row] : hits[row] & 0xFFFF;
                if (!above) continue;
                float *own = scores + row * 2 * FOCUS_PANEL_WIDTH;
                for (int lane = 0; lane < 2 * FOCUS_PANEL_WIDTH; lane++) own[lane] *= rows->scales[first + row];
                focus_append_candidates(lists + first + row, above, (uint32_t)column, (uint32_t)panels->count, own);
            }
        }
    }
    focus_end_candidates(lists, rows->count);
}

#else

/* Nothing calls these below FOCUS_AVX512_VNNI; they are here to be linked. */

void focus_round_rows(const float *rows, size_t count, size_t dimension, size_t width, int8_t *integers, float *scales,
                      float *errors) {}

void focus_pack_integer_rows(const int8_t *integers, size_t count, size_t width, int8_t *packed,
                             int32_t *zero_point_terms) {}

void focus_pack_integer_panels(const int8_t *integers, size_t count, size_t width, uint8_t *packed) {}

void focus_find_integer_candidates(const struct focus_integer_rows *rows, const struct focus_integer_panels *panels,
                                   size_t width, struct focus_candidates *lists) {}

#endif
