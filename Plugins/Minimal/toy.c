/* The format "toy", to be copied: README.md says what its files look like. `make` builds libtoy.so. */
#define _POSIX_C_SOURCE 200809L
#include "focus_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[16] = "toy";

static int32_t toy_recognizes(const uint8_t *prefix, uint64_t count) {
    return count >= sizeof magic && memcmp(prefix, magic, sizeof magic) == 0;
}

/* ---- Reading: a file in memory, and how far its header has been read. What is listed points into it. ---- */

struct toy {
    uint8_t *bytes;
    uint64_t size, at;
};

static uint64_t rounded(uint64_t size, uint64_t unit) { return (size + unit - 1) / unit * unit; }

/* The next `count` items of `width` bytes, and what fills them up to a multiple of eight. */
static bool read_items(struct toy *toy, uint64_t count, uint64_t width, void *start) {
    uint64_t left = toy->size - toy->at;
    if (count > left / width || rounded(count * width, 8) > left) return false;
    *(void **)start = toy->bytes + toy->at;
    toy->at += rounded(count * width, 8);
    return true;
}

static bool read_number(struct toy *toy, uint64_t *number) {
    uint64_t *start;
    return read_items(toy, 1, 8, &start) && (*number = *start, true);
}

static bool read_text(struct toy *toy, const char **text, uint64_t *length) {
    return read_number(toy, length) && read_items(toy, *length, 1, text);
}

static bool read_tensor(struct toy *toy, focus_tensor_v1 *tensor) {
    uint64_t type, rank;
    if (!read_text(toy, &tensor->name, &tensor->name_length) || !read_number(toy, &type) || !read_number(toy, &rank) ||
        type > UINT32_MAX || rank > UINT32_MAX || !read_items(toy, rank, 8, &tensor->shape))
        return false;
    tensor->element_type = (uint32_t)type;
    tensor->rank = (uint32_t)rank;
    tensor->byte_count = FOCUS_NONE; /* the file does not say it: focus multiplies, and looks whether it lies in the file */
    return read_number(toy, &tensor->file_offset);
}

/* Reads the header. Nothing that it says is believed before it was compared with the size of the file. */
static int32_t read_header(struct toy *toy, focus_file_v1 *file, focus_error_v1 *error) {
    if (!toy_recognizes(toy->bytes, toy->size)) return focus_fail(error, FOCUS_ERROR_UNRECOGNIZED, "is no toy file");
    toy->at = sizeof magic;
    if (!read_number(toy, &file->metadata_count) || !read_number(toy, &file->tensor_count) ||
        file->metadata_count > toy->size / 16 || file->tensor_count > toy->size / 32)
        return focus_fail(error, FOCUS_ERROR_INVALID_HEADER, "promises more tensors or metadata than there is room for");
    focus_pair_v1 *metadata = calloc(file->metadata_count + 1, sizeof *metadata);
    focus_tensor_v1 *tensors = calloc(file->tensor_count + 1, sizeof *tensors);
    file->metadata = metadata;
    file->tensors = tensors;
    bool good = metadata && tensors;
    for (uint64_t i = 0; good && i < file->metadata_count; i++)
        good = read_text(toy, &metadata[i].key, &metadata[i].key_length) &&
               read_text(toy, &metadata[i].value, &metadata[i].value_length);
    for (uint64_t i = 0; good && i < file->tensor_count; i++) good = read_tensor(toy, &tensors[i]);
    error->byte_offset = toy->at;
    return good ? FOCUS_OK : focus_fail(error, FOCUS_ERROR_TRUNCATED, "ends in the middle of its header: copy it again");
}

static void toy_close(focus_file_v1 *file) {
    struct toy *toy = file->state;
    if (toy->size > 0) munmap(toy->bytes, toy->size);
    free((void *)file->metadata);
    free((void *)file->tensors);
    free(toy);
}

static int32_t toy_open(const char *path, const focus_options_v1 *options, focus_file_v1 *file, focus_error_v1 *error) {
    (void)options;
    struct stat status = {0};
    struct toy *toy = file->state = calloc(1, sizeof *toy);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = MAP_FAILED;
    if (toy && descriptor >= 0 && fstat(descriptor, &status) == 0)
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    int32_t result = focus_fail(error, FOCUS_ERROR_SYSTEM, "cannot be opened: %s", strerror(errno));
    if (descriptor >= 0) close(descriptor);
    if (bytes != MAP_FAILED) {
        *toy = (struct toy){bytes, (uint64_t)status.st_size, 0};
        result = read_header(toy, file, error);
    }
    if (toy && result != FOCUS_OK) toy_close(file); /* focus calls `close` after FOCUS_OK only */
    return result;
}

/* ---- Writing. ---- */

static void write_number(FILE *file, uint64_t number) { fwrite(&number, 8, 1, file); }

static void write_text(FILE *file, const char *text, uint64_t length) {
    write_number(file, length);
    fwrite(text, 1, length, file);
    while (ftell(file) % 8 != 0) fputc(0, file);
}

static int32_t write_bytes(void *file, const void *bytes, uint64_t count) {
    return fwrite(bytes, 1, count, file) == count ? FOCUS_OK : FOCUS_ERROR_SYSTEM;
}

static int32_t toy_write(const focus_job_v1 *job, focus_error_v1 *error) {
    uint64_t end = sizeof magic + 16; /* of the header, and then of the contents so far */
    for (uint64_t i = 0; i < job->metadata_count; i++)
        end += 16 + rounded(job->metadata[i].key_length, 8) + rounded(job->metadata[i].value_length, 8);
    for (uint64_t i = 0; i < job->tensor_count; i++)
        end += 32 + rounded(job->tensors[i].name_length, 8) + 8 * (uint64_t)job->tensors[i].rank;
    FILE *file = fopen(job->path, "wbx");
    if (!file) return focus_fail(error, FOCUS_ERROR_SYSTEM, "cannot be created: %s", strerror(errno));
    fwrite(magic, 1, sizeof magic, file);
    write_number(file, job->metadata_count);
    write_number(file, job->tensor_count);
    for (uint64_t i = 0; i < job->metadata_count; i++) {
        write_text(file, job->metadata[i].key, job->metadata[i].key_length);
        write_text(file, job->metadata[i].value, job->metadata[i].value_length);
    }
    for (const focus_tensor_v1 *tensor = job->tensors; tensor < job->tensors + job->tensor_count; tensor++) {
        write_text(file, tensor->name, tensor->name_length);
        write_number(file, tensor->element_type);
        write_number(file, tensor->rank);
        fwrite(tensor->shape, 8, tensor->rank, file);
        write_number(file, end = rounded(end, 64));
        end += tensor->byte_count;
    }
    int32_t result = FOCUS_OK;
    for (uint64_t i = 0; result == FOCUS_OK && i < job->tensor_count; i++) {
        while (ftell(file) % 64 != 0) fputc(0, file);
        result = job->send_contents(job, i, &(focus_sink_v1){file, write_bytes});
    }
    if (result == FOCUS_OK && ferror(file)) result = FOCUS_ERROR_SYSTEM;
    if (fclose(file) != 0 && result == FOCUS_OK) result = FOCUS_ERROR_SYSTEM;
    return result == FOCUS_ERROR_SYSTEM ? focus_fail(error, result, "cannot be written: %s", strerror(errno)) : result;
}

const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version) {
    static const focus_plugin_v1 table = {
        .abi_version = FOCUS_PLUGIN_ABI_VERSION,
        .struct_size = sizeof(focus_plugin_v1),
        .name = "toy",
        .summary = "a toy: one file, to show how a plug-in is made",
        .extensions = "toy",
        .element_types = FOCUS_ALL_TYPES,
        .flags = FOCUS_THREADS | FOCUS_METADATA,
        .recognizes = toy_recognizes,
        .open = toy_open,
        .close = toy_close,
        .write = toy_write,
    };
    return abi_version == FOCUS_PLUGIN_ABI_VERSION ? &table : NULL;
}
