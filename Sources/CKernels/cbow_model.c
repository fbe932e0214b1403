#include "cbow_model.h"
#include "pages.h"

#include <stdlib.h>
#include <string.h>

/* No FMA contraction: results must be bit-identical on processors without FMA. */
#pragma STDC FP_CONTRACT OFF

/* Rows beyond this have diverged; as many as there are can be added up without overflow below it. */
static const float DIVERGED = 1e30f;

/* Memory of fewer large pages does not gain from them. */
enum { FEWEST_LARGE_PAGES = 4 };

/* What stands before the memory of a model's array: all of them are a list, to be freed. */
struct block {
    struct block *next;
};

/* `count` times `width` zeros of four bytes, at a multiple of 64 bytes; NULL where there is no memory. Pages that are
   never written cost nothing. */
static void *take(struct focus_cbow *model, size_t count, size_t width) {
    size_t words, bytes, total;
    if (__builtin_mul_overflow(count, width, &words) || __builtin_mul_overflow(words, 4, &bytes) ||
        __builtin_add_overflow(bytes, sizeof(struct block) + 63, &total))
        return NULL;
    struct block *block = calloc(1, total);
    if (!block) return NULL;
    block->next = model->blocks;
    model->blocks = block;
    char *memory = (char *)(block + 1);
    memory += -(uintptr_t)memory & 63;
    if (bytes >= (size_t)FEWEST_LARGE_PAGES * FOCUS_LARGE_PAGE) focus_prefer_large_pages(memory, bytes);
    return memory;
}

static void *copy(struct focus_cbow *model, const uint32_t *source, size_t count) {
    void *target = take(model, count, 1);
    if (target) memcpy(target, source, count * 4);
    return target;
}

/* The values that a row starts with. */
static void begin_row(const struct focus_cbow *model, size_t row, float *values) {
    size_t dimension = model->settings.dimension;
    float bound = 1 / (float)dimension;
    uint64_t state = scrambled(scrambled(model->settings.seed + 1) ^ model->row_names[row]);
    for (size_t i = 0; i < dimension; i++) values[i] = ((float)(next_random(&state) >> 40) * 0x1p-23f - 1) * bound;
}

static void fill_groups(struct focus_cbow *model, float *values) {
    size_t stride = model->stride;
    for (size_t row = 0; row < model->settings.row_count; row++) {
        uint32_t group = model->row_groups[row];
        float *sum = model->first_sums + group * stride;
        begin_row(model, row, values);
        for (size_t i = 0; i < model->settings.dimension; i++) sum[i] += values[i];
        model->group_sizes[group] += 1;
    }
    memcpy(model->sums, model->first_sums, model->settings.group_count * stride * 4);
}

/* Starts from exp(8) and multiplies by exp(-1/64): the exponential of the C library has other bits on other systems. */
static void fill_sigmoid(float *sigmoid) {
    double power = 2980.9579870417283;
    for (int i = 0; i <= SIGMOID_STEPS; i++) {
        sigmoid[i] = (float)(1 / (1 + power));
        power *= 0.98449643700540845;
    }
}

/* Sorts the groups of each word by their shares. */
static void fill_shares(struct focus_cbow *model) {
    uint32_t next = 0;
    for (size_t word = 0; word < model->settings.word_count; word++)
        for (uint32_t share = 0; share < SHARES; share++) {
            model->share_starts[word * SHARES + share] = next;
            for (uint32_t i = model->starts[word]; i < model->starts[word + 1]; i++)
                if (model->groups[i] % SHARES == share) model->shared_groups[next++] = model->groups[i];
        }
    model->share_starts[model->settings.word_count * SHARES] = next;
}

static int take_shared(struct focus_cbow *model, size_t listed) {
    const struct focus_cbow_settings *s = &model->settings;
    return (model->sums = take(model, s->group_count, model->stride)) &&
           (model->first_sums = take(model, s->group_count, model->stride)) &&
           (model->group_sizes = take(model, s->group_count, 1)) &&
           (model->outputs = take(model, s->word_count, model->stride)) &&
           (model->shared_groups = take(model, listed, 1)) &&
           (model->share_starts = take(model, s->word_count * SHARES + 1, 1)) &&
           (model->sigmoid = take(model, SIGMOID_STEPS + 1, 1));
}

/* What a part needs to note moves. A round has at most so many targets, and no word twice in its lists. */
static int take_noted(struct focus_cbow *model, struct noted *noted, size_t listed) {
    const struct focus_cbow_settings *s = &model->settings;
    size_t targets = s->negatives + 1, rows;
    if (__builtin_mul_overflow(s->capacity, targets, &rows) || rows > s->word_count) rows = s->word_count;
    int complete = (noted->slots = take(model, s->word_count, 1)) && (noted->met = take(model, rows, 1)) &&
                   (noted->moves = take(model, rows, model->stride)) &&
                   (noted->target_slots[0] = take(model, targets, 1)) &&
                   (noted->target_slots[1] = take(model, targets, 1)) && (noted->outputs = take(model, rows, 1)) &&
                   (noted->groups = take(model, listed, 2));
    if (complete) memset(noted->slots, 0xFF, s->word_count * 4);
    return complete;
}

static int take_part(struct focus_cbow *model, struct part *part, size_t listed) {
    const struct focus_cbow_settings *s = &model->settings;
    size_t targets = s->negatives + 1;
    return (s->notes_moves ? take_noted(model, &part->noted, listed)
                           : (part->outputs = take(model, s->word_count, model->stride)) != NULL) &&
           (part->slots = take(model, s->word_count, 1)) && (part->met = take(model, s->capacity, 1)) &&
           (part->sums = take(model, s->capacity, model->stride)) &&
           (part->first_sums = take(model, s->capacity, model->stride)) &&
           (part->hidden = take(model, model->stride, 1)) && (part->gradient = take(model, model->stride, 1)) &&
           (part->scores = take(model, targets + 3, 1)) && (part->targets[0] = take(model, targets, 1)) &&
           (part->targets[1] = take(model, targets, 1)) &&
           (part->line = take(model, FOCUS_CBOW_LONGEST_LINE, 1)) &&
           (part->line_slots = take(model, FOCUS_CBOW_LONGEST_LINE, 1));
}

struct focus_cbow *focus_cbow_make(const struct focus_cbow_settings *settings, const uint32_t *words,
                                   const uint32_t *starts, const uint32_t *groups, const uint32_t *row_counts,
                                   const uint32_t *row_groups, const uint64_t *row_names, const uint32_t *keep,
                                   const uint32_t *alias_thresholds, const uint32_t *aliases,
                                   const float *output_moves, const float *group_moves) {
    struct focus_cbow *model = calloc(1, sizeof *model);
    if (!model) return NULL;
    size_t count = settings->word_count;
    model->settings = *settings;
    model->stride = (settings->dimension + LANES - 1) / LANES * LANES;
    model->parts = calloc(settings->part_count, sizeof *model->parts);
    int complete = model->parts && take_shared(model, starts[count]) &&
                   (model->words = copy(model, words, settings->id_count)) &&
                   (model->starts = copy(model, starts, count + 1)) &&
                   (model->groups = copy(model, groups, starts[count])) &&
                   (model->row_counts = copy(model, row_counts, count)) &&
                   (model->row_groups = copy(model, row_groups, settings->row_count)) &&
                   (model->row_names = copy(model, (const uint32_t *)row_names, 2 * settings->row_count)) &&
                   (model->keep = copy(model, keep, count)) &&
                   (model->output_moves = copy(model, (const uint32_t *)output_moves, count)) &&
                   (model->group_moves = copy(model, (const uint32_t *)group_moves, settings->group_count)) &&
                   (model->aliases = take(model, count, 2));
    for (size_t p = 0; complete && p < settings->part_count; p++) {
        struct part *part = &model->parts[p];
        complete = take_part(model, part, starts[count]);
        if (!complete) break;
        memset(part->slots, 0xFF, count * 4);
        part->random = scrambled(scrambled(settings->seed + 2) + p);
    }
    if (!complete) {
        focus_cbow_free(model);
        return NULL;
    }
    fill_groups(model, model->parts[0].hidden);
    fill_shares(model);
    for (size_t word = 0; word < count; word++)
        model->aliases[word] = (struct alias){alias_thresholds[word], aliases[word]};
    fill_sigmoid(model->sigmoid);
    return model;
}

void focus_cbow_free(struct focus_cbow *model) {
    if (!model) return;
    while (model->blocks) {
        struct block *next = model->blocks->next;
        free(model->blocks);
        model->blocks = next;
    }
    free(model->parts);
    free(model);
}

int focus_cbow_has_diverged(const struct focus_cbow *model) {
    size_t count = model->settings.group_count * model->stride;
    for (size_t i = 0; i < count; i++)
        if (!(model->sums[i] > -DIVERGED && model->sums[i] < DIVERGED)) return 1;
    return 0;
}

void focus_cbow_row(const struct focus_cbow *model, size_t row, float *values) {
    uint32_t group = model->row_groups[row];
    const float *now = model->sums + group * model->stride, *first = model->first_sums + group * model->stride;
    begin_row(model, row, values);
    for (size_t i = 0; i < model->settings.dimension; i++) values[i] += (now[i] - first[i]) / model->group_sizes[group];
}

const float *focus_cbow_output_row(const struct focus_cbow *model, size_t word) {
    return model->outputs + word * model->stride;
}
