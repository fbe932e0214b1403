#include "cbow_model.h"

#include <string.h>

/* None fused: not every processor has fused products, and they have other bits. */
#pragma STDC FP_CONTRACT OFF

/* So many rows are asked for before they are needed. */
enum { AHEAD = 8, ATTEMPTS = 100 };

/* Rows are summed and moved by so many lanes at a time, which registers hold. */
enum { AT_ONCE = 8 };

/* That of 100 dimensions. */
enum { USUAL_STRIDE = 112 };

/* How many lanes there are to be worked on together from one of a row's floats on. */
INLINE size_t lanes_at(size_t at, size_t stride) {
    size_t rest = (stride - at) / LANES;
    return rest < AT_ONCE ? rest : AT_ONCE;
}

INLINE uint32_t below(uint32_t random, uint32_t bound) { return (uint32_t)(((uint64_t)random * bound) >> 32); }

INLINE void prefetch(const float *row, size_t stride) {
    for (size_t i = 0; i < stride; i += LANES) __builtin_prefetch(row + i, 1, 2);
}

/* The first rows of a word are asked for. */
INLINE void expect(const struct focus_cbow *model, uint32_t word, size_t stride) {
    uint32_t start = model->row_starts[word], end = model->row_starts[word + 1];
    for (uint32_t i = start; i < end && i < start + AHEAD; i++) prefetch(model->rows + model->row_numbers[i] * stride, stride);
}

/* Some lanes of the sum of a word's rows. */
INLINE void compose_lanes(const struct focus_cbow *model, uint32_t word, size_t at, size_t width, size_t stride, float *target) {
    const uint32_t *numbers = model->row_numbers;
    uint32_t end = model->row_starts[word + 1];
    lanes sums[AT_ONCE];
    for (size_t k = 0; k < width; k++) sums[k] = (lanes){0};
    for (uint32_t i = model->row_starts[word]; i < end; i++) {
        if (at == 0 && i + AHEAD < end) prefetch(model->rows + numbers[i + AHEAD] * stride, stride);
        const lanes *row = (const lanes *)(model->rows + numbers[i] * stride + at);
        for (size_t k = 0; k < width; k++) sums[k] += row[k];
    }
    for (size_t k = 0; k < width; k++) ((lanes *)(target + at))[k] = sums[k];
}

INLINE void compose(const struct focus_cbow *model, uint32_t word, size_t stride, float *target) {
    for (size_t at = 0; at < stride; at += AT_ONCE * LANES)
        compose_lanes(model, word, at, lanes_at(at, stride), stride, target);
}

/* Where the sum of a word is, which is made when the word is first met. */
INLINE uint32_t place_of(const struct focus_cbow *model, struct part *part, uint32_t word, size_t stride) {
    uint32_t place = part->places[word];
    if (place != UINT32_MAX) return place;
    place = part->met_count++;
    part->places[word] = place;
    part->met[place] = word;
    compose(model, word, stride, part->sums + place * stride);
    memcpy(part->beginnings + place * stride, part->sums + place * stride, stride * 4);
    return place;
}

/* A word other than `word`, the more likely the more frequent it is. */
INLINE uint32_t negative_of(const struct focus_cbow *model, uint64_t *random, uint32_t word) {
    uint32_t count = (uint32_t)model->settings.word_count;
    // Where one word is nearly all of the text, others hardly come up.
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        uint64_t bits = next_random(random);
        uint32_t slot = below((uint32_t)(bits >> 32), count);
        // No branch: which of the two it is nobody can foresee.
        uint32_t other = model->aliases[slot], is_slot = -(uint32_t)((uint32_t)bits < model->alias_thresholds[slot]);
        uint32_t drawn = (slot & is_slot) | (other & ~is_slot);
        if (drawn != word) return drawn;
    }
    return (word + 1) % count;
}

/* What is predicted, and what it is told from. */
INLINE void draw_targets(const struct focus_cbow *model, struct part *part, size_t centre, size_t stride) {
    uint32_t *targets = part->targets[centre & 1];
    targets[0] = part->line[centre];
    for (size_t i = 1; i <= model->settings.negatives; i++)
        targets[i] = negative_of(model, &part->random, targets[0]);
    for (size_t i = 0; i <= model->settings.negatives; i++) prefetch(part->outputs + targets[i] * stride, stride);
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
INLINE void predict(const struct focus_cbow *model, struct part *part,
                    size_t first, size_t last, size_t centre, float rate, size_t stride) {
    size_t parts = stride / LANES;
    lanes *hidden = (lanes *)part->hidden, *gradient = (lanes *)part->gradient;
    const uint32_t *starts = model->row_starts;
    uint32_t rows = 0;
    for (size_t k = 0; k < parts; k++) hidden[k] = gradient[k] = (lanes){0};
    for (size_t i = first; i <= last; i++) {
        if (i == centre) continue;
        const lanes *sum = (const lanes *)(part->sums + part->line_places[i] * stride);
        rows += starts[part->line[i] + 1] - starts[part->line[i]];
        for (size_t k = 0; k < parts; k++) hidden[k] += sum[k];
    }
    float scale = 1 / (float)rows;
    for (size_t k = 0; k < parts; k++) hidden[k] *= scale;

    const uint32_t *targets = part->targets[centre & 1];
    size_t count = model->settings.negatives + 1;
    for (size_t t = 0; t < count; t++)
        part->scores[t] = dot((const lanes *)(part->outputs + targets[t] * stride), hidden, stride);
    for (size_t t = 0; t < count; t++)
        part->scores[t] = rate * ((t == 0 ? 1.0f : 0.0f) - sigmoid(model->sigmoid, part->scores[t]));
    for (size_t t = 0; t < count; t++) {
        lanes *row = (lanes *)(part->outputs + targets[t] * stride);
        float move = part->scores[t];
        for (size_t k = 0; k < parts; k++) {
            lanes old = row[k];
            gradient[k] += old * move;
            row[k] = old + hidden[k] * move;
        }
    }
    for (size_t i = first; i <= last; i++) {
        if (i == centre) continue;
        lanes *sum = (lanes *)(part->sums + part->line_places[i] * stride);
        // Each row of the word moves by the gradient.
        float move = (float)(starts[part->line[i] + 1] - starts[part->line[i]]);
        for (size_t k = 0; k < parts; k++) sum[k] += gradient[k] * move;
    }
}

INLINE void train_line(const struct focus_cbow *model, struct part *part,
                       size_t length, float rate, size_t stride) {
    if (length < 2) return;
    draw_targets(model, part, 0, stride);
    for (size_t i = 0; i < length; i++) {
        if (i + 1 < length && part->places[part->line[i + 1]] == UINT32_MAX) expect(model, part->line[i + 1], stride);
        part->line_places[i] = place_of(model, part, part->line[i], stride);
    }
    for (size_t centre = 0; centre < length; centre++) {
        if (centre + 1 < length)
            draw_targets(model, part, centre + 1, stride);
        size_t reach = 1 + below((uint32_t)(next_random(&part->random) >> 32), (uint32_t)model->settings.window);
        size_t first = centre < reach ? 0 : centre - reach;
        size_t last = centre + reach < length ? centre + reach : length - 1;
        predict(model, part, first, last, centre, rate, stride);
    }
}

INLINE void train(const struct focus_cbow *model, struct part *part, const uint32_t *ids, size_t count, float rate,
                  float last_rate, size_t stride) {
    for (uint32_t place = 0; place < part->met_count; place++) part->places[part->met[place]] = UINT32_MAX;
    part->met_count = 0;
    if (count == 0) return;
    float fall = (last_rate - rate) / (float)count;
    for (size_t at = 0; at < count;) {
        float now = rate + fall * (float)at;
        size_t length = 0, read = 0;
        for (int ended = 0; at < count && !ended; at++) {
            uint32_t word = model->words[ids[at]];
            if (word != UINT32_MAX) {
                if ((uint32_t)(next_random(&part->random) >> 32) <= model->keep[word]) part->line[length++] = word;
                read++;
            }
            ended = word == model->settings.line_end || ids[at] == FOCUS_CBOW_LINE_END || read == FOCUS_CBOW_LONGEST_LINE;
        }
        train_line(model, part, length, now, stride);
    }
}

/* Adds to the rows of a word, those of some shares, what their sum has moved by, so many lanes at a time. */
INLINE void move_word(const struct focus_cbow *model, float *rows, const lanes *sum, const lanes *beginning, uint32_t start,
                      uint32_t end, float scale, size_t width, size_t stride) {
    lanes move[AT_ONCE];
    for (size_t k = 0; k < width; k++) move[k] = (sum[k] - beginning[k]) * scale;
    for (uint32_t i = start; i < end; i++) {
        lanes *row = (lanes *)(rows + model->shared_numbers[i] * stride);
        for (size_t k = 0; k < width; k++) row[k] += move[k];
    }
}

INLINE void move_rows(struct focus_cbow *model, size_t first, size_t end, size_t stride) {
    const uint32_t *starts = model->row_starts;
    for (size_t p = 0; p < model->settings.part_count; p++) {
        const struct part *part = &model->parts[p];
        for (uint32_t place = 0; place < part->met_count; place++) {
            uint32_t word = part->met[place];
            if (place + 1 < part->met_count) {
                const uint32_t *next = model->share_starts + part->met[place + 1] * (size_t)SHARES;
                for (uint32_t i = next[first]; i < next[end]; i++)
                    prefetch(model->rows + model->shared_numbers[i] * stride, stride);
            }
            const uint32_t *shares = model->share_starts + word * (size_t)SHARES;
            float scale = 1 / (float)(starts[word + 1] - starts[word]);
            for (size_t at = 0; at < stride; at += AT_ONCE * LANES) {
                move_word(model, model->rows + at, (const lanes *)(part->sums + place * stride + at),
                          (const lanes *)(part->beginnings + place * stride + at), shares[first], shares[end], scale,
                          lanes_at(at, stride), stride);
            }
        }
    }
}

INLINE void merge_outputs(struct focus_cbow *model, size_t first, size_t end) {
    for (size_t at = first * model->stride; at < end * model->stride; at += LANES) {
        lanes *merged = (lanes *)(model->outputs + at);
        lanes old = *merged, now = old;
        for (size_t p = 0; p < model->settings.part_count; p++)
            now += *(const lanes *)(model->parts[p].outputs + at) - old;
        *merged = now;
        for (size_t p = 0; p < model->settings.part_count; p++) *(lanes *)(model->parts[p].outputs + at) = now;
    }
}

/* Each function for any processor, for those that know AVX2 and for those that know AVX-512. With a stride that the compiler
   knows, sums stay in registers. */
#define VARIANT(SUFFIX, TARGET)                                                                                        \
    TARGET static void train_##SUFFIX(struct focus_cbow *model, size_t part, const uint32_t *ids, size_t count,        \
                                      float rate, float last_rate) {                                                   \
        if (model->stride == USUAL_STRIDE) {                                                                           \
            train(model, &model->parts[part], ids, count, rate, last_rate, USUAL_STRIDE);                              \
        } else {                                                                                                       \
            train(model, &model->parts[part], ids, count, rate, last_rate, model->stride);                             \
        }                                                                                                              \
    }                                                                                                                  \
    TARGET static void move_rows_##SUFFIX(struct focus_cbow *model, size_t first, size_t end) {                        \
        if (model->stride == USUAL_STRIDE) {                                                                           \
            move_rows(model, first, end, USUAL_STRIDE);                                                                \
        } else {                                                                                                       \
            move_rows(model, first, end, model->stride);                                                               \
        }                                                                                                              \
    }                                                                                                                  \
    TARGET static void merge_outputs_##SUFFIX(struct focus_cbow *model, size_t first, size_t end) {                    \
        merge_outputs(model, first, end);                                                                              \
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

void focus_cbow_train(struct focus_cbow *model, size_t part, const uint32_t *ids, size_t count, float rate,
                      float last_rate) {
    BEST(train, model, part, ids, count, rate, last_rate)
}

void focus_cbow_move_rows(struct focus_cbow *model, size_t first, size_t end) { BEST(move_rows, model, first, end) }

void focus_cbow_merge_outputs(struct focus_cbow *model, size_t first, size_t end) {
    BEST(merge_outputs, model, first, end)
}
