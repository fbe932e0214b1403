#include "FuzzAnswers.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that are answers, one after another; zeros when they are used up. */
struct answers {
    const uint8_t *next;
    size_t left;
};

static uint8_t byte(struct answers *answers) {
    if (answers->left == 0) return 0;
    answers->left--;
    return *answers->next++;
}

static uint64_t number(struct answers *answers, int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; i++) value |= (uint64_t)byte(answers) << (8 * i);
    return value;
}

/* What is allocated for one open file: all of it is freed together. */
struct state {
    uint8_t *bytes;
    size_t count;
    void *blocks[600];
    size_t block_count;
};

static void *room(struct state *state, size_t size) {
    void *block = calloc(1, size ? size : 1);
    if (!block || state->block_count == sizeof state->blocks / sizeof *state->blocks) abort();
    state->blocks[state->block_count++] = block;
    return block;
}

/* A text of up to 31 bytes that ends with a zero byte, exactly as long as its block; sometimes none. */
static char *text(struct state *state, struct answers *answers, uint64_t *length) {
    uint8_t size = byte(answers);
    *length = size & 31;
    /* A length without a text, or of more bytes than there can be. */
    if (size & 128) {
        *length = size & 64 ? number(answers, 8) : *length;
        return NULL;
    }
    char *text = room(state, *length + 1);
    for (uint64_t i = 0; i < *length; i++) text[i] = (char)byte(answers);
    return text;
}

static void free_state(struct state *state) {
    for (size_t i = 0; i < state->block_count; i++) free(state->blocks[i]);
    free(state->bytes);
    free(state);
}

static struct state *read_file(const char *path) {
    struct state *state = calloc(1, sizeof *state);
    FILE *file = fopen(path, "rb");
    if (!state || !file) abort();
    state->bytes = malloc(1 << 16);
    if (!state->bytes) abort();
    state->count = fread(state->bytes, 1, 1 << 16, file);
    fclose(file);
    return state;
}

static int32_t fail(struct answers *answers, focus_error_v1 *error) {
    error->tensor = number(answers, byte(answers) & 8);
    error->byte_offset = number(answers, byte(answers) & 8);
    size_t length = number(answers, 2) % (sizeof error->message + 1);
    for (size_t i = 0; i < length; i++) error->message[i] = (char)byte(answers);
    return (int32_t)number(answers, 4);
}

static void list_tensor(struct state *state, struct answers *answers, focus_tensor_v1 *tensor) {
    uint64_t length;
    uint8_t kind = byte(answers);
    tensor->name = text(state, answers, &length);
    tensor->name_length = length;
    tensor->element_type = kind & 1 ? byte(answers) % 22 : (uint32_t)number(answers, 4);
    uint32_t rank = byte(answers) % 5;
    uint64_t *shape = room(state, rank * sizeof *shape);
    for (uint32_t axis = 0; axis < rank; axis++) shape[axis] = number(answers, kind & 2 ? 1 : 8);
    /* More axes than any tensor has are refused before they are looked at. */
    tensor->rank = kind & 4 && rank == 4 ? 65 + (uint32_t)number(answers, 3) : rank;
    tensor->shape = kind & 8 ? NULL : shape;
    tensor->byte_count = kind & 16 ? number(answers, 8) : kind & 32 ? FOCUS_NONE
        : focus_byte_count(tensor->element_type, rank, shape);
    tensor->file_offset = kind & 64 ? FOCUS_NONE : number(answers, kind & 2 ? 1 : 8);
    tensor->part = kind & 128 ? byte(answers) : 0;
    tensor->flags = byte(answers);
    if (byte(answers) & 1) tensor->stored_type = text(state, answers, &length);
}

static int32_t open_file(const char *path, const focus_options_v1 *options, focus_file_v1 *file,
    focus_error_v1 *error) {
    (void)options;
    struct state *state = read_file(path);
    struct answers answers = {state->bytes, state->count};
    uint64_t length;
    byte(&answers);
    uint8_t kind = byte(&answers);
    if (kind == 255) {
        int32_t status = fail(&answers, error);
        free_state(state);
        return status ? status : FOCUS_ERROR_UNSUPPORTED;
    }
    file->state = state;
    uint64_t count = kind & 7;
    focus_tensor_v1 *tensors = room(state, count * sizeof *tensors);
    for (uint64_t i = 0; i < count; i++) list_tensor(state, &answers, &tensors[i]);
    /* More than are believed, which is refused before they are looked at; or some at no address. */
    file->tensor_count = kind & 8 ? number(&answers, 8) | 1 << 25 : count;
    file->tensors = kind & 16 ? NULL : tensors;
    focus_pair_v1 *pairs = room(state, 3 * sizeof *pairs);
    for (int i = 0; i < (kind >> 6); i++) {
        pairs[i].key = text(state, &answers, &length);
        pairs[i].key_length = length;
        pairs[i].value = text(state, &answers, &length);
        pairs[i].value_length = length;
    }
    file->metadata = pairs;
    file->metadata_count = kind >> 6;
    if (kind & 32) {
        const char **parts = room(state, 2 * sizeof *parts);
        file->part_count = byte(&answers) % 3;
        for (uint64_t i = 0; i < file->part_count; i++) parts[i] = text(state, &answers, &length);
        file->parts = parts;
    }
    return FOCUS_OK;
}

static void close_file(focus_file_v1 *file) { free_state(file->state); }

static int32_t read_tensor(
    const focus_file_v1 *file, uint64_t tensor, uint64_t offset, uint64_t count, const focus_sink_v1 *sink,
    focus_error_v1 *error) {
    struct state *state = file->state;
    static const uint8_t zeros[4096];
    struct answers answers = {state->bytes + state->count / 2, state->count - state->count / 2};
    for (uint64_t i = 0; i < tensor; i++) byte(&answers);
    uint8_t kind = byte(&answers);
    (void)offset;
    if (kind == 255) return fail(&answers, error);
    /* As many as were asked for, or a few more or less, in pieces of any size. */
    uint64_t left = kind & 1 ? count + number(&answers, 1) : kind & 2 ? count / 2 : count;
    while (left > 0) {
        uint64_t step = kind & 4 ? 1 + byte(&answers) : sizeof zeros;
        if (step > left) step = left;
        int32_t status = sink->send(sink->context, kind & 8 && byte(&answers) == 7 ? NULL : zeros, step);
        if (status != FOCUS_OK && !(kind & 16)) return status;
        if (status != FOCUS_OK && byte(&answers) == 0) return FOCUS_OK;
        left -= step;
    }
    return FOCUS_OK;
}

static int32_t recognizes(const uint8_t *prefix, uint64_t count) { return count > 0 ? prefix[0] : 0; }

static int32_t recognizes_folder(const char *path) { return path[0]; }

const focus_plugin_v1 *focus_fuzz_answers(const uint8_t *bytes, size_t count) {
    static _Thread_local focus_plugin_v1 table;
    static _Thread_local char texts[5][40];
    table = (focus_plugin_v1){
        .abi_version = 1, .struct_size = sizeof table, .name = "answers", .flags = FOCUS_THREADS | FOCUS_OVERLAPS,
        .recognizes = recognizes, .recognizes_folder = recognizes_folder, .open = open_file, .read = read_tensor,
        .close = close_file,
    };
    struct answers answers = {bytes, count};
    /* Most tables are as they should be, so that there is more to answer. */
    uint8_t kind = byte(&answers);
    if (kind < 240) {
        if (kind & 1) table.read = NULL;
        if (kind & 2) table.flags = 0;
        return &table;
    }
    if (kind == 255) return NULL;
    for (int i = 0; i < 5; i++) {
        size_t length = byte(&answers) % 40;
        memset(texts[i], 0, sizeof texts[i]);
        for (size_t k = 0; k < length; k++) texts[i][k] = (char)byte(&answers);
    }
    if (kind & 1) table.name = texts[0];
    if (kind & 2) table.extensions = texts[1];
    if (kind & 4) table.options = texts[2];
    if (kind & 8) table.compressions = texts[3];
    table.summary = texts[4];
    if (kind == 248) table.abi_version = (uint32_t)number(&answers, 4);
    if (kind == 249) table.struct_size = (uint32_t)number(&answers, 4);
    if (kind == 250) table.flags = (uint32_t)number(&answers, 4);
    if (kind == 251) table.element_types = number(&answers, 8);
    if (kind == 252) table.open = NULL;
    if (kind == 253) table.recognizes = NULL;
    return &table;
}
