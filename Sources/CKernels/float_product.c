#include "half.h"
#include "product_tile.h"

#include <stdint.h>
#include <string.h>

typedef void tile_function(const float *, const float *, size_t, float *);
typedef tile_function tile_portable_function, tile_avx2_function, tile_avx512_function;
typedef float four __attribute__((ext_vector_type(4)));
DEFINE_TILES_OF_6(tile_portable, , float, four, MULTIPLIED)
#ifdef HAS_X86
typedef float eight __attribute__((ext_vector_type(8)));
typedef float sixteen __attribute__((ext_vector_type(16)));
DEFINE_TILES_OF_6(tile_avx2, TARGET_AVX2, float, eight, FUSED_MULTIPLIED)
DEFINE_TILES_OF_14(tile_avx512, TARGET_AVX512, float, sixteen, FUSED_MULTIPLIED)
#endif

static size_t size_of(int type) { return type == FOCUS_NUMBERS_F32 ? 4 : 2; }

/* Widens numbers of a row of weights, and places them in a column of a panel of `width` columns. */
static void place_row(const char *row, int type, size_t first, size_t end, size_t width, float *column) {
    float values[FOCUS_PRODUCT_DEPTH];
    const char *source = row + first * size_of(type);
    if (type == FOCUS_NUMBERS_F32)
        memcpy(values, source, 4 * (end - first));
    else if (type == FOCUS_NUMBERS_F16)
        focus_f16_to_f32(source, values, end - first);
    else
        focus_bf16_to_f32(source, values, end - first);
    for (size_t k = first; k < end; k++) column[k * width] = values[k - first];
}

/* Packs `depth` numbers of each row into panels of `width` columns, the last of which is filled up with zeros.
   `stride` is the bytes from row to row. */
static void pack_portable(const char *weights, int type, size_t stride, size_t rows, size_t depth, size_t width,
                          float *panels) {
    for (size_t row = 0; row < (rows + width - 1) / width * width; row++) {
        float *column = panels + row / width * width * depth + row % width;
        if (row < rows)
            place_row(weights + row * stride, type, 0, depth, width, column);
        else
            for (size_t k = 0; k < depth; k++) column[k * width] = 0;
    }
}

#ifdef HAS_X86
/* Eight numbers of a row. */
TARGET_AVX2 INLINE __m256 widened(const char *numbers, int type) {
    if (type == FOCUS_NUMBERS_F32) return _mm256_loadu_ps((const float *)numbers);
    __m128i bits = _mm_loadu_si128((const __m128i *)numbers);
    if (type == FOCUS_NUMBERS_F16) return _mm256_cvtph_ps(bits);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}

/* Packs eight numbers of each of eight rows. */
TARGET_AVX2 INLINE void pack_square(const char *weights, int type, size_t stride, size_t width, float *panel) {
    __m256 rows[8], pairs[8], fours[8];
    UNROLLED for (int i = 0; i < 8; i++) rows[i] = widened(weights + (size_t)i * stride, type);
    UNROLLED for (int i = 0; i < 8; i += 2) {
        pairs[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
    }
    UNROLLED for (int i = 0; i < 8; i += 4) {
        UNROLLED for (int j = 0; j < 2; j++) {
            fours[i + 2 * j] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], 0x44);
            fours[i + 2 * j + 1] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], 0xEE);
        }
    }
    UNROLLED for (int i = 0; i < 4; i++) {
        _mm256_storeu_ps(panel + (size_t)i * width, _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20));
        _mm256_storeu_ps(panel + (size_t)(i + 4) * width, _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31));
    }
}

TARGET_AVX2 INLINE void pack_of_type(const char *weights, int type, size_t stride, size_t rows, size_t depth,
                                     size_t width, float *panels) {
    size_t squares = rows / 8 * 8, whole = depth / 8 * 8;
    for (size_t row = 0; row < squares; row += 8) {
        float *column = panels + row / width * width * depth + row % width;
        for (size_t k = 0; k < whole; k += 8)
            pack_square(weights + row * stride + k * size_of(type), type, stride, width, column + k * width);
        for (size_t i = 0; i < 8 && whole < depth; i++)
            place_row(weights + (row + i) * stride, type, whole, depth, width, column + i);
    }
    for (size_t row = squares; row < (rows + width - 1) / width * width; row++) {
        float *column = panels + row / width * width * depth + row % width;
        if (row < rows)
            place_row(weights + row * stride, type, 0, depth, width, column);
        else
            for (size_t k = 0; k < depth; k++) column[k * width] = 0;
    }
}

TARGET_AVX2 static void pack_avx2(const char *weights, int type, size_t stride, size_t rows, size_t depth,
                                  size_t width, float *panels) {
    if (type == FOCUS_NUMBERS_F32)
        pack_of_type(weights, FOCUS_NUMBERS_F32, stride, rows, depth, width, panels);
    else if (type == FOCUS_NUMBERS_F16)
        pack_of_type(weights, FOCUS_NUMBERS_F16, stride, rows, depth, width, panels);
    else
        pack_of_type(weights, FOCUS_NUMBERS_BF16, stride, rows, depth, width, panels);
}
#endif

typedef void pack_function(const char *, int, size_t, size_t, size_t, size_t, float *);

/* The first sums of a number take its place, and the bias is added to them; others are added. */
INLINE void add_tile(const float *sums, size_t width, size_t rows, size_t columns, int is_first, const float *bias,
                     float *result, size_t stride) {
    for (size_t row = 0; row < rows; row++, sums += width, result += stride) {
        if (!is_first)
            for (size_t column = 0; column < columns; column++) result[column] += sums[column];
        else if (bias)
            for (size_t column = 0; column < columns; column++) result[column] = sums[column] + bias[column];
        else
            memcpy(result, sums, columns * sizeof *sums);
    }
}

INLINE void multiply_weights(tile_function *const *tiles, size_t tile_rows, size_t width, pack_function *pack,
                             const float *values, size_t rows, size_t depth, const void *weights, int type,
                             size_t columns, const float *bias, float *result, size_t stride, float *scratch) {
    float *panels = scratch, *group = panels + FOCUS_PRODUCT_BLOCK * FOCUS_PRODUCT_DEPTH;
    float *sums = group + 16 * ROW_STRIDE;
    size_t start = 0;
    do {
        size_t length = depth - start < FOCUS_PRODUCT_DEPTH ? depth - start : FOCUS_PRODUCT_DEPTH;
        pack((const char *)weights + start * size_of(type), type, depth * size_of(type), columns, length, width,
             panels);
        for (size_t first = 0; first < rows; first += tile_rows) {
            size_t present = rows - first < tile_rows ? rows - first : tile_rows;
            for (size_t row = 0; row < tile_rows; row++) {
                if (row < present)
                    memcpy(group + row * ROW_STRIDE, values + (first + row) * depth + start, length * sizeof *values);
                else
                    memset(group + row * ROW_STRIDE, 0, length * sizeof *values);
            }
            for (size_t column = 0; column < columns; column += width) {
                tiles[present](group, panels + column * length, length, sums);
                add_tile(sums, width, present, columns - column < width ? columns - column : width, start == 0,
                         bias ? bias + column : bias, result + first * stride + column, stride);
            }
        }
        start += length;
    } while (start < depth);
}

#define MULTIPLY(SUFFIX, TARGET, TILE_ROWS, WIDTH, PACK)                                                               \
    TARGET static void multiply_weights_##SUFFIX(const float *values, size_t rows, size_t depth, const void *weights,  \
                                                 int type, size_t columns, const float *bias, float *result,           \
                                                 size_t stride, float *scratch) {                                      \
        multiply_weights(tile_##SUFFIX, TILE_ROWS, WIDTH, PACK, values, rows, depth, weights, type, columns, bias,     \
                         result, stride, scratch);                                                                     \
    }
MULTIPLY(portable, , 6, 8, pack_portable)
ON_X86(MULTIPLY(avx2, TARGET_AVX2, 6, 16, pack_avx2))
ON_X86(MULTIPLY(avx512, TARGET_AVX512, 14, 32, pack_avx2))

DEFINE_KERNEL(focus_multiply_weights,
              (const float *values, size_t rows, size_t depth, const void *weights, int type, size_t columns,
               const float *bias, float *result, size_t stride, float *scratch),
              (values, rows, depth, weights, type, columns, bias, result, stride, scratch), multiply_weights_portable,
              FROM_AVX2(multiply_weights_avx2) FROM_AVX512(multiply_weights_avx512))
