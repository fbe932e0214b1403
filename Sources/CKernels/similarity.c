#include "similarity.h"
#include "dispatch.h"
#include "tiles.h"

#include <math.h>
#include <string.h>

static void pack(const float *rows, size_t count, size_t dimension, size_t width, float *packed) {
    for (size_t first = 0; first < count; first += width) {
        size_t present = count - first < width ? count - first : width;
        for (size_t k = 0; k < dimension; k++, packed += width) {
            for (size_t i = 0; i < present; i++) packed[i] = rows[(first + i) * dimension + k];
            for (size_t i = present; i < width; i++) packed[i] = 0;
        }
    }
}

void focus_pack_rows(const float *rows, size_t count, size_t dimension, float *packed) {
    pack(rows, count, dimension, FOCUS_ROW_GROUP, packed);
}

void focus_pack_panels(const float *rows, size_t count, size_t dimension, float *packed) {
    pack(rows, count, dimension, FOCUS_PANEL_WIDTH, packed);
}

/* A tile is 6 rows by 16 columns (by 32 with AVX-512). A kernel computes the scores of one, tells in `hits` which are
   above their row's threshold, a bit a column, and writes the scores of the rows that have any. */

static void tile_portable(const float *rows, const float *panel, size_t dimension, const float *thresholds,
                          uint32_t *hits, float *scores) {
    float sums[FOCUS_ROW_GROUP][FOCUS_PANEL_WIDTH] = {{0}};
    for (size_t k = 0; k < dimension; k++)
        for (int row = 0; row < FOCUS_ROW_GROUP; row++)
            for (int column = 0; column < FOCUS_PANEL_WIDTH; column++)
                sums[row][column] += rows[k * FOCUS_ROW_GROUP + row] * panel[k * FOCUS_PANEL_WIDTH + column];
    memcpy(scores, sums, sizeof sums);
    for (int row = 0; row < FOCUS_ROW_GROUP; row++) {
        hits[row] = 0;
        for (int column = 0; column < FOCUS_PANEL_WIDTH; column++)
            hits[row] |= (uint32_t)(sums[row][column] > thresholds[row]) << column;
    }
}

#ifdef HAS_X86
TARGET_AVX2 static void tile_avx2(const float *rows, const float *panel, size_t dimension, const float *thresholds,
                                  uint32_t *hits, float *scores) {
#define START(R) __m256 low##R = _mm256_setzero_ps(), high##R = _mm256_setzero_ps();
    EACH_ROW(START)
    for (size_t k = 0; k < dimension; k++, rows += FOCUS_ROW_GROUP, panel += FOCUS_PANEL_WIDTH) {
        __m256 low = _mm256_loadu_ps(panel), high = _mm256_loadu_ps(panel + 8);
#define ADD(R)                                            \
    {                                                     \
        __m256 value = _mm256_broadcast_ss(rows + R);     \
        low##R = _mm256_fmadd_ps(value, low, low##R);     \
        high##R = _mm256_fmadd_ps(value, high, high##R);  \
    }
        EACH_ROW(ADD)
    }
#define TELL(R)                                                                                                       \
    {                                                                                                                 \
        __m256 threshold = _mm256_broadcast_ss(thresholds + R);                                                       \
        uint32_t first = (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(low##R, threshold, _CMP_GT_OQ));                  \
        uint32_t second = (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(high##R, threshold, _CMP_GT_OQ));                \
        hits[R] = first | second << 8;                                                                                \
        _mm256_storeu_ps(scores + FOCUS_PANEL_WIDTH * R, low##R);                                                     \
        _mm256_storeu_ps(scores + FOCUS_PANEL_WIDTH * R + 8, high##R);                                                \
    }
    EACH_ROW(TELL)
#undef START
#undef ADD
#undef TELL
}

TARGET_AVX512 static void tile_avx512(const float *rows, const float *panel, size_t dimension, const float *thresholds,
                                      uint32_t *hits, float *scores) {
    const float *next = panel + FOCUS_PANEL_WIDTH * dimension;
#define START(R) __m512 low##R = _mm512_setzero_ps(), high##R = _mm512_setzero_ps();
    EACH_ROW(START)
    for (size_t k = 0; k < dimension; k++, rows += FOCUS_ROW_GROUP) {
        __m512 low = _mm512_loadu_ps(panel + FOCUS_PANEL_WIDTH * k);
        __m512 high = _mm512_loadu_ps(next + FOCUS_PANEL_WIDTH * k);
#define ADD(R)                                            \
    {                                                     \
        __m512 value = _mm512_set1_ps(rows[R]);           \
        low##R = _mm512_fmadd_ps(value, low, low##R);     \
        high##R = _mm512_fmadd_ps(value, high, high##R);  \
    }
        EACH_ROW(ADD)
    }
#define TELL(R)                                                                                \
    {                                                                                          \
        __m512 threshold = _mm512_set1_ps(thresholds[R]);                                      \
        uint32_t first = _mm512_cmp_ps_mask(low##R, threshold, _CMP_GT_OQ);                    \
        uint32_t second = _mm512_cmp_ps_mask(high##R, threshold, _CMP_GT_OQ);                  \
        hits[R] = first | second << 16;                                                        \
        _mm512_storeu_ps(scores + 2 * FOCUS_PANEL_WIDTH * R, low##R);                          \
        _mm512_storeu_ps(scores + 2 * FOCUS_PANEL_WIDTH * R + FOCUS_PANEL_WIDTH, high##R);     \
    }
    EACH_ROW(TELL)
#undef START
#undef ADD
#undef TELL
}
#endif

typedef void tile_function(const float *, const float *, size_t, const float *, uint32_t *, float *);

/* `pair` computes two panels at a time, where it is not null. */
INLINE void find_candidates(tile_function *single, tile_function *pair, const float *packed_rows, size_t row_count,
                            const float *panels, size_t column_count, size_t first_panel, size_t dimension,
                            const struct focus_bounds *bounds, struct focus_candidates *lists, uint64_t *computed) {
    float thresholds[FOCUS_ROW_GROUP];
    uint32_t hits[FOCUS_ROW_GROUP];
    _Alignas(64) float scores[FOCUS_ROW_GROUP * 2 * FOCUS_PANEL_WIDTH];
    *computed = 0;
    focus_begin_candidates(lists, row_count);
    size_t panel_count = (column_count + FOCUS_PANEL_WIDTH - 1) / FOCUS_PANEL_WIDTH;
    for (size_t done = 0, width; done < panel_count; done += width) {
        size_t panel = (first_panel + done) % panel_count;
        uint32_t first_column = (uint32_t)(panel * FOCUS_PANEL_WIDTH);
        width = pair && panel + 1 < panel_count && done + 1 < panel_count ? 2 : 1;
        tile_function *tile = width == 2 ? pair : single;
        for (size_t first = 0; first < row_count; first += FOCUS_ROW_GROUP) {
            size_t present = row_count - first < FOCUS_ROW_GROUP ? row_count - first : FOCUS_ROW_GROUP;
            for (size_t row = 0; row < FOCUS_ROW_GROUP; row++)
                thresholds[row] = row < present ? lists[first + row].threshold : INFINITY;
            if (bounds) {
                tile(bounds->rows + first * bounds->dimension, bounds->panels + first_column * bounds->dimension,
                     bounds->dimension, thresholds, hits, scores);
                if (!is_any_hit(hits)) continue;
            }
            *computed += width;
            tile(packed_rows + first * dimension, panels + first_column * dimension, dimension, thresholds, hits,
                 scores);
            for (size_t row = 0; row < present; row++)
                if (hits[row])
                    focus_append_candidates(lists + first + row, hits[row], first_column, (uint32_t)column_count,
                                            scores + row * width * FOCUS_PANEL_WIDTH);
        }
    }
    focus_end_candidates(lists, row_count);
}

#define FIND(SUFFIX, SINGLE, PAIR)                                                                                     \
    static void find_candidates_##SUFFIX(const float *packed_rows, size_t row_count, const float *panels,              \
                                         size_t column_count, size_t first_panel, size_t dimension,                    \
                                         const struct focus_bounds *bounds, struct focus_candidates *lists,            \
                                         uint64_t *computed) {                                                         \
        find_candidates(SINGLE, PAIR, packed_rows, row_count, panels, column_count, first_panel, dimension, bounds,    \
                        lists, computed);                                                                              \
    }
FIND(portable, tile_portable, NULL)
ON_X86(FIND(avx2, tile_avx2, NULL))
ON_X86(FIND(avx512, tile_avx2, tile_avx512))

DEFINE_KERNEL(focus_find_candidates,
              (const float *packed_rows, size_t row_count, const float *panels, size_t column_count, size_t first_panel,
               size_t dimension, const struct focus_bounds *bounds, struct focus_candidates *lists, uint64_t *computed),
              (packed_rows, row_count, panels, column_count, first_panel, dimension, bounds, lists, computed),
              find_candidates_portable, FROM_AVX2(find_candidates_avx2) FROM_AVX512(find_candidates_avx512))

/* The sum of the products of `count` pairs, eight sums side by side. The product of two floats is exact in double
   precision, so fused or not the sum has the same bits. */
typedef double eight __attribute__((vector_size(64)));
typedef float eight_floats __attribute__((vector_size(32), aligned(4)));

#define WIDENED(A) __builtin_convertvector(*(const eight_floats *)(A), eight)

/* The sums, the rest of the pairs added to them, in one. */
INLINE double total(const eight *eight_sums, const float *a, const float *b, size_t rest) {
    double sums[8];
    memcpy(sums, eight_sums, sizeof sums);
    for (size_t lane = 0; lane < rest; lane++) sums[lane] += (double)a[lane] * (double)b[lane];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

INLINE double dot(const float *a, const float *b, size_t count) {
    eight sums = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8) sums += WIDENED(a + i) * WIDENED(b + i);
    return total(&sums, a + i, b + i, count - i);
}

/* Four at a time, since each step of a sum waits for the one before. */
INLINE void dots(const float *a, const float *rows, size_t count, const uint32_t *indices, size_t index_count,
                 double *results) {
    size_t at = 0;
    for (; at + 4 <= index_count; at += 4) {
        const float *b[4];
        for (int j = 0; j < 4; j++) b[j] = rows + indices[at + j] * count;
        for (size_t next = at + 4; next < at + 8 && next < index_count; next++)
            for (size_t i = 0; i < count; i += 16) __builtin_prefetch(rows + indices[next] * count + i);
        eight first = {0}, second = {0}, third = {0}, fourth = {0};
        size_t i = 0;
        for (; i + 8 <= count; i += 8) {
            eight values = WIDENED(a + i);
            first += values * WIDENED(b[0] + i);
            second += values * WIDENED(b[1] + i);
            third += values * WIDENED(b[2] + i);
            fourth += values * WIDENED(b[3] + i);
        }
        results[at] = total(&first, a + i, b[0] + i, count - i);
        results[at + 1] = total(&second, a + i, b[1] + i, count - i);
        results[at + 2] = total(&third, a + i, b[2] + i, count - i);
        results[at + 3] = total(&fourth, a + i, b[3] + i, count - i);
    }
    for (; at < index_count; at++) results[at] = dot(a, rows + indices[at] * count, count);
}

COMPILE_KERNEL(focus_dots, dots,
               (const float *a, const float *rows, size_t count, const uint32_t *indices, size_t index_count,
                double *results),
               (a, rows, count, indices, index_count, results))

double focus_dot(const float *a, const float *b, size_t count) {
    uint32_t index = 0;
    double result;
    focus_dots(a, b, count, &index, 1, &result);
    return result;
}
