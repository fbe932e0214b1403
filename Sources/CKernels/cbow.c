#include "cbow.h"

#include <math.h>
#include <string.h>

/* None fused: not every processor has fused products, and they have other bits. */
#pragma STDC FP_CONTRACT OFF

#define INLINE __attribute__((always_inline)) static inline

enum { LANES = FOCUS_CBOW_LANES, SIGMOID_STEPS = FOCUS_CBOW_SIGMOID_COUNT - 1, SIGMOID_BOUND = 8, AHEAD = 8 };
typedef float lanes __attribute__((vector_size(LANES * 4), aligned(64)));

/* splitmix64 (Steele, Lea & Flood 2014). */
INLINE uint64_t scrambled(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

INLINE uint64_t next_random(uint64_t *state) { return scrambled(*state += 0x9E3779B97F4A7C15); }

INLINE uint32_t below(uint32_t random, uint32_t bound) { return (uint32_t)(((uint64_t)random * bound) >> 32); }

void focus_cbow_fill(uint64_t seed, uint64_t row, float bound, float *target, size_t count) {
    uint64_t state = scrambled(scrambled(seed + 0x9E3779B97F4A7C15) ^ row);
    for (size_t i = 0; i < count; i++)
        target[i] = ((float)(next_random(&state) >> 40) * 0x1p-23f - 1) * bound;
}

void focus_cbow_fill_sigmoid(float *sigmoid) {
    for (int i = 0; i <= SIGMOID_STEPS; i++)
        sigmoid[i] = (float)(1 / (1 + exp(-(i * (2.0 * SIGMOID_BOUND) / SIGMOID_STEPS - SIGMOID_BOUND))));
}

/* Where things are in a part's scratch. */
struct scratch {
    float *hidden, *gradient, *scores;
    uint32_t *targets[2];
    uint32_t *line;   /* the words of a line that are kept */
    uint32_t *places; /* where their sums are */
};

static size_t lay_out(void *memory, size_t stride, uint32_t negatives, struct scratch *scratch) {
    size_t targets = negatives + 1, at = 0;
    uint8_t *bytes = memory;
#define TAKE(FIELD, COUNT)                                                                                             \
    scratch->FIELD = (void *)(bytes + at);                                                                             \
    at += ((COUNT) * 4 + 63) / 64 * 64
    TAKE(hidden, stride);
    TAKE(gradient, stride);
    TAKE(scores, targets);
    TAKE(targets[0], targets);
    TAKE(targets[1], targets);
    TAKE(line, FOCUS_CBOW_LONGEST_LINE);
    TAKE(places, FOCUS_CBOW_LONGEST_LINE);
#undef TAKE
    return at;
}

size_t focus_cbow_scratch_size(size_t stride, uint32_t negatives) {
    struct scratch scratch;
    static uint8_t origin[1];
    return lay_out(origin, stride, negatives, &scratch);
}

INLINE void prefetch(const float *row, size_t stride) {
    for (size_t i = 0; i < stride; i += LANES) __builtin_prefetch(row + i, 1, 2);
}

INLINE void compose(const struct focus_cbow *shared, uint32_t word, size_t stride, lanes *target) {
    const uint32_t *numbers = shared->row_numbers;
    uint32_t end = shared->row_starts[word + 1];
    for (size_t k = 0; k < stride / LANES; k++) target[k] = (lanes){0};
    for (uint32_t i = shared->row_starts[word]; i < end; i++) {
        if (i + AHEAD < end) prefetch(shared->rows + numbers[i + AHEAD] * stride, stride);
        const lanes *row = (const lanes *)(shared->rows + numbers[i] * stride);
        for (size_t k = 0; k < stride / LANES; k++) target[k] += row[k];
    }
}

/* Where the sum of a word is, which is made when the word is first met. */
INLINE uint32_t place_of(const struct focus_cbow *shared, struct focus_cbow_part *part, uint32_t word, size_t stride) {
    uint32_t place = part->places[word];
    if (place != UINT32_MAX) return place;
    place = part->met_count++;
    part->places[word] = place;
    part->met[place] = word;
    compose(shared, word, stride, (lanes *)(part->sums + place * stride));
    memcpy(part->beginnings + place * stride, part->sums + place * stride, stride * 4);
    return place;
}

INLINE void draw_targets(const struct focus_cbow *shared, const float *outputs, uint64_t *random, uint32_t word,
                         uint32_t *targets, size_t stride) {
    targets[0] = word;
    for (uint32_t i = 1; i <= shared->negatives; i++) {
        do {
            uint64_t bits = next_random(random);
            uint32_t slot = below((uint32_t)(bits >> 32), shared->word_count);
            targets[i] = (uint32_t)bits < shared->alias_threshold[slot] ? slot : shared->alias[slot];
        } while (targets[i] == word);
    }
    for (uint32_t i = 0; i <= shared->negatives; i++) prefetch(outputs + targets[i] * stride, stride);
}

INLINE float sigmoid(const float *table, float x) {
    if (!(x > -SIGMOID_BOUND)) return 0;
    if (x >= SIGMOID_BOUND) return 1;
    return table[(int)((x + SIGMOID_BOUND) * (SIGMOID_STEPS / (2.0f * SIGMOID_BOUND)) + 0.5f)];
}

/* The lanes are added in pairs, always the same ones. */
INLINE float dot(const lanes *a, const lanes *b, size_t stride) {
    lanes sums = {0};
    for (size_t k = 0; k < stride / LANES; k++) sums += a[k] * b[k];
    float eight[8], four[4];
    for (int i = 0; i < 8; i++) eight[i] = sums[i] + sums[i + 8];
    for (int i = 0; i < 4; i++) four[i] = eight[i] + eight[i + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/* One word is predicted from those around it: `first` to `last` in the line, without `centre`. */
INLINE void predict(const struct focus_cbow *shared, struct focus_cbow_part *part, const struct scratch *scratch,
                    size_t first, size_t last, size_t centre, const uint32_t *targets, float rate, size_t stride) {
    size_t parts = stride / LANES;
    lanes *hidden = (lanes *)scratch->hidden, *gradient = (lanes *)scratch->gradient;
    const uint32_t *starts = shared->row_starts;
    uint32_t rows = 0;
    for (size_t k = 0; k < parts; k++) hidden[k] = gradient[k] = (lanes){0};
    for (size_t i = first; i <= last; i++) {
        if (i == centre) continue;
        const lanes *sum = (const lanes *)(part->sums + scratch->places[i] * stride);
        rows += starts[scratch->line[i] + 1] - starts[scratch->line[i]];
        for (size_t k = 0; k < parts; k++) hidden[k] += sum[k];
    }
    float scale = 1 / (float)rows;
    for (size_t k = 0; k < parts; k++) hidden[k] *= scale;

    uint32_t count = shared->negatives + 1;
    for (uint32_t t = 0; t < count; t++)
        scratch->scores[t] = dot((const lanes *)(part->outputs + targets[t] * stride), hidden, stride);
    for (uint32_t t = 0; t < count; t++)
        scratch->scores[t] = rate * ((t == 0 ? 1.0f : 0.0f) - sigmoid(shared->sigmoid, scratch->scores[t]));
    for (uint32_t t = 0; t < count; t++) {
        lanes *row = (lanes *)(part->outputs + targets[t] * stride);
        float move = scratch->scores[t];
        for (size_t k = 0; k < parts; k++) {
            lanes old = row[k];
            gradient[k] += old * move;
            row[k] = old + hidden[k] * move;
        }
    }
    for (size_t i = first; i <= last; i++) {
        if (i == centre) continue;
        lanes *sum = (lanes *)(part->sums + scratch->places[i] * stride);
        // Each row of the word moves by the gradient.
        float move = (float)(starts[scratch->line[i] + 1] - starts[scratch->line[i]]);
        for (size_t k = 0; k < parts; k++) sum[k] += gradient[k] * move;
    }
}

INLINE void train_line(const struct focus_cbow *shared, struct focus_cbow_part *part, const struct scratch *scratch,
                       size_t length, float rate, uint64_t *random, size_t stride) {
    if (length < 2) return;
    draw_targets(shared, part->outputs, random, scratch->line[0], scratch->targets[0], stride);
    for (size_t i = 0; i < length; i++) scratch->places[i] = place_of(shared, part, scratch->line[i], stride);
    for (size_t centre = 0; centre < length; centre++) {
        if (centre + 1 < length)
            draw_targets(shared, part->outputs, random, scratch->line[centre + 1], scratch->targets[(centre + 1) & 1],
                         stride);
        size_t reach = 1 + below((uint32_t)(next_random(random) >> 32), shared->window);
        size_t first = centre < reach ? 0 : centre - reach;
        size_t last = centre + reach < length ? centre + reach : length - 1;
        predict(shared, part, scratch, first, last, centre, scratch->targets[centre & 1], rate, stride);
    }
}

INLINE void train(const struct focus_cbow *shared, struct focus_cbow_part *part, const uint32_t *words, size_t count,
                  float rate, float last_rate, size_t stride) {
    struct scratch scratch;
    lay_out(part->scratch, stride, shared->negatives, &scratch);
    uint64_t random = part->random;
    float fall = (last_rate - rate) / (float)count;
    for (size_t at = 0; at < count;) {
        float now = rate + fall * (float)at;
        size_t length = 0, read = 0;
        for (int ended = 0; at < count && !ended; at++) {
            uint32_t word = words[at];
            if ((uint32_t)(next_random(&random) >> 32) <= shared->keep[word]) scratch.line[length++] = word;
            ended = word == shared->line_end || ++read == FOCUS_CBOW_LONGEST_LINE;
        }
        train_line(shared, part, &scratch, length, now, &random, stride);
    }
    part->random = random;
}

INLINE void move_rows(const struct focus_cbow *shared, const struct focus_cbow_part *parts, size_t part_count,
                      size_t first, size_t end) {
    size_t stride = shared->stride, width = (end - first) / LANES;
    for (size_t p = 0; p < part_count; p++) {
        for (uint32_t place = 0; place < parts[p].met_count; place++) {
            uint32_t word = parts[p].met[place];
            const lanes *sum = (const lanes *)(parts[p].sums + place * stride + first);
            const lanes *beginning = (const lanes *)(parts[p].beginnings + place * stride + first);
            const uint32_t *numbers = shared->row_numbers;
            uint32_t row_end = shared->row_starts[word + 1], row_start = shared->row_starts[word];
            float scale = 1 / (float)(row_end - row_start);
            for (uint32_t i = row_start; i < row_end; i++) {
                if (i + AHEAD < row_end) prefetch(shared->rows + numbers[i + AHEAD] * stride + first, end - first);
                lanes *row = (lanes *)(shared->rows + numbers[i] * stride + first);
                for (size_t k = 0; k < width; k++) row[k] += (sum[k] - beginning[k]) * scale;
            }
        }
    }
}

INLINE void merge_outputs(const struct focus_cbow *shared, float *outputs, const struct focus_cbow_part *parts,
                          size_t part_count, size_t first, size_t end) {
    for (size_t at = first * shared->stride; at < end * shared->stride; at += LANES) {
        lanes *merged = (lanes *)(outputs + at);
        lanes old = *merged, now = old;
        for (size_t p = 0; p < part_count; p++) now += *(const lanes *)(parts[p].outputs + at) - old;
        *merged = now;
        for (size_t p = 0; p < part_count; p++) *(lanes *)(parts[p].outputs + at) = now;
    }
}

void focus_cbow_forget(struct focus_cbow_part *part) {
    for (uint32_t place = 0; place < part->met_count; place++) part->places[part->met[place]] = UINT32_MAX;
    part->met_count = 0;
}

void focus_cbow_vector(const struct focus_cbow *shared, uint32_t word, float *vector) {
    compose(shared, word, shared->stride, (lanes *)vector);
    float scale = 1 / (float)(shared->row_starts[word + 1] - shared->row_starts[word]);
    for (size_t i = 0; i < shared->stride; i++) vector[i] *= scale;
}

/* Each function three times: for any processor, and for those that know AVX2 or AVX-512. With a stride that the compiler
   knows, that of 100 dimensions, sums stay in registers. */
#define VARIANT(SUFFIX, TARGET)                                                                                        \
    TARGET static void train_##SUFFIX(const struct focus_cbow *shared, struct focus_cbow_part *part,                   \
                                      const uint32_t *words, size_t count, float rate, float last_rate) {              \
        if (shared->stride == 112) {                                                                                   \
            train(shared, part, words, count, rate, last_rate, 112);                                                   \
        } else {                                                                                                       \
            train(shared, part, words, count, rate, last_rate, shared->stride);                                        \
        }                                                                                                              \
    }                                                                                                                  \
    TARGET static void move_rows_##SUFFIX(const struct focus_cbow *shared, const struct focus_cbow_part *parts,        \
                                          size_t part_count, size_t first, size_t end) {                               \
        move_rows(shared, parts, part_count, first, end);                                                              \
    }                                                                                                                  \
    TARGET static void merge_outputs_##SUFFIX(const struct focus_cbow *shared, float *outputs,                         \
                                              const struct focus_cbow_part *parts, size_t part_count, size_t first,    \
                                              size_t end) {                                                            \
        merge_outputs(shared, outputs, parts, part_count, first, end);                                                 \
    }

VARIANT(portable, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
VARIANT(avx512, __attribute__((target("avx512f"))))
#define BEST(FUNCTION, ...)                                                                                            \
    if (__builtin_cpu_supports("avx512f")) {                                                                           \
        FUNCTION##_avx512(__VA_ARGS__);                                                                                \
    } else if (__builtin_cpu_supports("avx2")) {                                                                       \
        FUNCTION##_avx2(__VA_ARGS__);                                                                                  \
    } else {                                                                                                           \
        FUNCTION##_portable(__VA_ARGS__);                                                                              \
    }
#else
#define BEST(FUNCTION, ...) FUNCTION##_portable(__VA_ARGS__);
#endif

void focus_cbow_train(const struct focus_cbow *shared, struct focus_cbow_part *part, const uint32_t *words, size_t count,
                      float rate, float last_rate) {
    BEST(train, shared, part, words, count, rate, last_rate)
}

void focus_cbow_move_rows(const struct focus_cbow *shared, const struct focus_cbow_part *parts, size_t part_count,
                          size_t first, size_t end) {
    BEST(move_rows, shared, parts, part_count, first, end)
}

void focus_cbow_merge_outputs(const struct focus_cbow *shared, float *outputs, const struct focus_cbow_part *parts,
                              size_t part_count, size_t first, size_t end) {
    BEST(merge_outputs, shared, outputs, parts, part_count, first, end)
}
