/* The format "toy", to be copied: README.md says what its files look like. `make` builds libtoy.so. */
#include "focus_plugin.h"

#include <errno.h>

static const char mark[16] = "toy";

static int32_t toy_recognizes(const uint8_t *prefix, uint64_t count) {
    return count >= sizeof mark && memcmp(prefix, mark, sizeof mark) == 0;
}

/* ---- Reading. What is listed lives in the chain that begins at file->state, until `close`. ---- */

static int read_text(focus_reader *reader, const char **text, uint64_t *length) {
    return focus_read_number(reader, 8, length) && (*text = focus_read_text(reader, *length)) != NULL;
}

static int read_tensor(focus_reader *reader, focus_tensor_v1 *tensor) {
    uint64_t type, rank;
    if (!read_text(reader, &tensor->name, &tensor->name_length) || !focus_read_number(reader, 1, &type) ||
        !focus_read_number(reader, 1, &rank) || !(tensor->shape = focus_read_numbers(reader, 8, rank)))
        return 0;
    tensor->element_type = (uint32_t)type;
    tensor->rank = (uint32_t)rank;
    tensor->byte_count = FOCUS_NONE; /* the file does not say it */
    return 1;
}

/* Nothing that the file says is believed before it was compared with its size; what is listed is checked by focus. */
static int32_t read_header(focus_reader *reader, focus_file_v1 *file, focus_error_v1 *error) {
    char start[sizeof mark];
    if (!focus_read(reader, start, sizeof start) || memcmp(start, mark, sizeof mark) != 0)
        return focus_fail(error, FOCUS_ERROR_UNRECOGNIZED, "is not a toy file");
    if (!focus_read_number(reader, 8, &file->metadata_count) || !focus_read_number(reader, 8, &file->tensor_count) ||
        file->metadata_count > reader->size / 16 || file->tensor_count > reader->size / 10)
        return focus_fail_at(error, reader->at, FOCUS_ERROR_INVALID_HEADER, "promises more than there is room for");
    focus_pair_v1 *pairs = focus_allocate(reader->chain, file->metadata_count, sizeof *pairs);
    focus_tensor_v1 *tensors = focus_allocate(reader->chain, file->tensor_count, sizeof *tensors);
    int good = pairs && tensors;
    for (uint64_t i = 0; good && i < file->metadata_count; i++)
        good = read_text(reader, &pairs[i].key, &pairs[i].key_length)
            && read_text(reader, &pairs[i].value, &pairs[i].value_length);
    for (uint64_t i = 0; good && i < file->tensor_count; i++) good = read_tensor(reader, &tensors[i]);
    if (!good) {
        return focus_fail_at(
            error, reader->at, FOCUS_ERROR_TRUNCATED, "ends in the middle of its header: copy it again");
    }
    for (uint64_t i = 0, at = reader->at; i < file->tensor_count; i++) { /* contents follow without gaps */
        tensors[i].file_offset = at;
        at += focus_byte_count(tensors[i].element_type, tensors[i].rank, tensors[i].shape);
    }
    file->metadata = pairs;
    file->tensors = tensors;
    return FOCUS_OK;
}

static void toy_close(focus_file_v1 *file) { focus_free(&file->state); }

static int32_t toy_open(const char *path, const focus_options_v1 *options, focus_file_v1 *file, focus_error_v1 *error) {
    (void)options; /* focus_option(options, "key") */
    focus_reader reader;
    if (!focus_reader_open(&reader, path, &file->state))
        return focus_fail(error, FOCUS_ERROR_SYSTEM, "cannot be opened: %s", strerror(errno));
    int32_t result = read_header(&reader, file, error);
    fclose(reader.file);
    if (result != FOCUS_OK) toy_close(file); /* focus calls it after FOCUS_OK only */
    return result;
}

/* ---- Writing: what only reads goes without, from here to "The table". ---- */

static void write_number(FILE *file, int width, uint64_t number) {
    for (; width > 0; width--, number >>= 8) fputc((int)(number & 255), file);
}

static void write_text(FILE *file, const char *text, uint64_t length) {
    write_number(file, 8, length);
    fwrite(text, 1, length, file);
}

static int32_t write_bytes(void *file, const void *bytes, uint64_t count) {
    return fwrite(bytes, 1, count, file) == count ? FOCUS_OK : FOCUS_ERROR_SYSTEM;
}

static int32_t toy_write(const focus_job_v1 *job, focus_error_v1 *error) {
    FILE *file = fopen(job->path, "wbx");
    if (!file) return focus_fail(error, FOCUS_ERROR_SYSTEM, "cannot be created: %s", strerror(errno));
    fwrite(mark, 1, sizeof mark, file);
    write_number(file, 8, job->metadata_count);
    write_number(file, 8, job->tensor_count);
    for (const focus_pair_v1 *pair = job->metadata; pair < job->metadata + job->metadata_count; pair++) {
        write_text(file, pair->key, pair->key_length);
        write_text(file, pair->value, pair->value_length);
    }
    for (const focus_tensor_v1 *tensor = job->tensors; tensor < job->tensors + job->tensor_count; tensor++) {
        write_text(file, tensor->name, tensor->name_length);
        write_number(file, 1, tensor->element_type);
        write_number(file, 1, tensor->rank);
        for (uint32_t i = 0; i < tensor->rank; i++) write_number(file, 8, tensor->shape[i]);
    }
    int32_t result = FOCUS_OK;
    for (uint64_t i = 0; result == FOCUS_OK && i < job->tensor_count; i++)
        result = job->send_contents(job, i, &(focus_sink_v1){file, write_bytes});
    if (result == FOCUS_OK && ferror(file)) result = FOCUS_ERROR_SYSTEM;
    if (fclose(file) != 0 && result == FOCUS_OK) result = FOCUS_ERROR_SYSTEM;
    return result == FOCUS_ERROR_SYSTEM ? focus_fail(error, result, "cannot be written: %s", strerror(errno)) : result;
}

/* ---- The table. ---- */

const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version) {
    static const focus_plugin_v1 table = {
        .abi_version = FOCUS_PLUGIN_ABI_VERSION,
        .struct_size = sizeof(focus_plugin_v1),
        .name = "toy",
        .summary = "a toy: one file, to show how a plug-in is made",
        .extensions = "toy",
        .recognizes = toy_recognizes,
        .open = toy_open,
        .close = toy_close,
        .element_types = FOCUS_ALL_TYPES, .flags = FOCUS_METADATA, .write = toy_write, /* to write */
    };
    return abi_version == FOCUS_PLUGIN_ABI_VERSION ? &table : NULL;
}
