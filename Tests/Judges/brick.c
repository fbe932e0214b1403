/* The format "brick": big-endian arrays, one after the other.
 *
 * "BRICK2\r\n", the number of arrays (u32), for each: the length of its name (u8), the name, its type ('f' f32, 'h' f16, 'i' i32,
 * 'b' u8), the number of axes (u8), their sizes (u32 each). Then the contents without gaps. All numbers are big endian. */
#include "focus_plugin.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char mark[8] = "BRICK2\r\n";

struct array {
    char name[256];
    uint64_t shape[64], start;
};

struct brick {
    FILE *file;
    uint64_t size;
    focus_tensor_v1 *tensors;
    struct array *arrays;
};

static int32_t brick_recognizes(const uint8_t *prefix, uint64_t count) { return count >= 8 && memcmp(prefix, mark, 8) == 0; }

static bool number(struct brick *brick, int width, uint64_t *value) {
    *value = 0;
    for (int i = 0, byte; i < width; i++) {
        if ((byte = fgetc(brick->file)) == EOF) return false;
        *value = *value << 8 | (uint64_t)byte;
    }
    return true;
}

static bool read_array(struct brick *brick, focus_tensor_v1 *tensor, struct array *array) {
    uint64_t type, rank;
    if (!number(brick, 1, &tensor->name_length) || fread(array->name, 1, tensor->name_length, brick->file) != tensor->name_length ||
        !number(brick, 1, &type) || !number(brick, 1, &rank) || rank > 64)
        return false;
    for (uint64_t i = 0; i < rank; i++)
        if (!number(brick, 4, &array->shape[i])) return false;
    tensor->name = array->name;
    tensor->shape = array->shape;
    tensor->rank = (uint32_t)rank;
    tensor->element_type = type == 'f' ? FOCUS_F32 : type == 'h' ? FOCUS_F16 : type == 'i' ? FOCUS_I32 : type == 'b' ? FOCUS_U8 : 99;
    tensor->file_offset = FOCUS_NONE;
    return true;
}

static void brick_close(focus_file_v1 *file) {
    struct brick *brick = file->state;
    if (brick->file) fclose(brick->file);
    free(brick->tensors);
    free(brick->arrays);
    free(brick);
}

static int32_t list(struct brick *brick, focus_file_v1 *file, focus_error_v1 *error) {
    uint8_t start[8];
    uint64_t count, at;
    fseek(brick->file, 0, SEEK_END);
    brick->size = (uint64_t)ftell(brick->file);
    rewind(brick->file);
    if (fread(start, 1, 8, brick->file) != 8 || !brick_recognizes(start, 8))
        return focus_fail(error, FOCUS_ERROR_UNRECOGNIZED, "does not begin with BRICK2");
    if (!number(brick, 4, &count) || count > brick->size / 3)
        return focus_fail(error, FOCUS_ERROR_INVALID_HEADER, "promises more arrays than it can hold");
    brick->tensors = calloc(count + 1, sizeof *brick->tensors);
    brick->arrays = calloc(count + 1, sizeof *brick->arrays);
    if (!brick->tensors || !brick->arrays) return focus_fail(error, FOCUS_ERROR_MEMORY, "has too many arrays for the memory there is");
    for (uint64_t i = 0; i < count; i++)
        if (!read_array(brick, &brick->tensors[i], &brick->arrays[i]))
            return focus_fail(error, FOCUS_ERROR_TRUNCATED, "ends in the header of array %llu", (unsigned long long)i);
    at = (uint64_t)ftell(brick->file);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t bytes = focus_byte_count(brick->tensors[i].element_type, brick->tensors[i].rank, brick->tensors[i].shape);
        if (focus_element_bits(brick->tensors[i].element_type) == 0)
            return focus_fail(error, FOCUS_ERROR_UNSUPPORTED, "has an array of a type that is none of f, h, i and b");
        brick->tensors[i].byte_count = bytes;
        brick->arrays[i].start = at;
        if (bytes > brick->size - at)
            return focus_fail(error, FOCUS_ERROR_TRUNCATED, "ends before the contents of array %llu do", (unsigned long long)i);
        at += bytes;
    }
    file->tensor_count = count;
    file->tensors = brick->tensors;
    return FOCUS_OK;
}

static int32_t brick_open(const char *path, const focus_options_v1 *options, focus_file_v1 *file, focus_error_v1 *error) {
    (void)options;
    struct brick *brick = calloc(1, sizeof *brick);
    if (!brick) return focus_fail(error, FOCUS_ERROR_MEMORY, "cannot be opened: no memory");
    file->state = brick;
    brick->file = fopen(path, "rb");
    int32_t result = brick->file ? list(brick, file, error)
                                 : focus_fail(error, FOCUS_ERROR_SYSTEM, "cannot be opened: %s", strerror(errno));
    if (result != FOCUS_OK) brick_close(file);
    return result;
}

/* Big endian to little, element by element, in a buffer that holds whole ones. */
static int32_t brick_read(const focus_file_v1 *file, uint64_t tensor, uint64_t offset, uint64_t count, const focus_sink_v1 *sink,
                          focus_error_v1 *error) {
    struct brick *brick = file->state;
    uint64_t width = focus_element_bits(brick->tensors[tensor].element_type) / 8;
    uint8_t buffer[16384];
    int32_t result = FOCUS_OK;
    fseek(brick->file, (long)(brick->arrays[tensor].start + offset), SEEK_SET);
    while (count > 0 && result == FOCUS_OK) {
        uint64_t part = count < sizeof buffer ? count : sizeof buffer;
        if (fread(buffer, 1, part, brick->file) != part) return focus_fail(error, FOCUS_ERROR_TRUNCATED, "cannot be read to its end");
        for (uint64_t i = 0; i < part; i += width)
            for (uint64_t a = i, b = i + width - 1; a < b; a++, b--) {
                uint8_t byte = buffer[a];
                buffer[a] = buffer[b];
                buffer[b] = byte;
            }
        result = sink->send(sink->context, buffer, part);
        count -= part;
    }
    return result;
}

const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version) {
    static const focus_plugin_v1 table = {
        .abi_version = FOCUS_PLUGIN_ABI_VERSION, .struct_size = sizeof(focus_plugin_v1),
        .name = "brick", .summary = "big-endian arrays", .extensions = "brick",
        .recognizes = brick_recognizes, .open = brick_open, .read = brick_read, .close = brick_close,
    };
    return abi_version == FOCUS_PLUGIN_ABI_VERSION ? &table : NULL;
}
