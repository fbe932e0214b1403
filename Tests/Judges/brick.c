/* The format "brick": big-endian arrays, one after the other.
 *
 * "BRICK2\r\n", the number of arrays (u32), for each: the length of its name (u8), the name, its type ('f' f32, 'h'
 * f16, 'i' i32, 'b' u8), the number of axes (u8), their sizes (u32 each). Then the contents without gaps. All numbers
 * are big endian. */
#include "focus_plugin.h"

#include <errno.h>

static const char mark[8] = "BRICK2\r\n";

struct brick {
    focus_reader reader;
    void *chain;
    focus_tensor_v1 *tensors;
    uint64_t *starts;
};

static int32_t brick_recognizes(const uint8_t *prefix, uint64_t count) {
    return count >= 8 && memcmp(prefix, mark, 8) == 0;
}

/* The next number of `width` bytes, big endian. */
static int number(focus_reader *reader, uint32_t width, uint64_t *value) {
    uint64_t byte;
    for (*value = 0; width > 0; width--) {
        if (!focus_read_number(reader, 1, &byte)) return 0;
        *value = *value << 8 | byte;
    }
    return 1;
}

static int read_array(focus_reader *reader, focus_tensor_v1 *tensor) {
    uint64_t type, rank, *shape;
    if (!number(reader, 1, &tensor->name_length) || !(tensor->name = focus_read_text(reader, tensor->name_length)) ||
        !number(reader, 1, &type) || !number(reader, 1, &rank)
            || !(shape = focus_allocate(reader->chain, rank, sizeof *shape)))
        return 0;
    for (uint64_t i = 0; i < rank; i++)
        if (!number(reader, 4, &shape[i])) return 0;
    tensor->shape = shape;
    tensor->rank = (uint32_t)rank;
    tensor->element_type = type == 'f' ? FOCUS_F32 : type == 'h' ? FOCUS_F16 : type == 'i' ? FOCUS_I32 : type == 'b'
        ? FOCUS_U8 : 99;
    tensor->file_offset = FOCUS_NONE;
    return 1;
}

static void brick_close(focus_file_v1 *file) {
    struct brick *brick = file->state;
    if (brick->reader.file) fclose(brick->reader.file);
    focus_free(&brick->chain);
    free(brick);
}

static int32_t list(struct brick *brick, focus_file_v1 *file, focus_error_v1 *error) {
    focus_reader *reader = &brick->reader;
    uint8_t start[8];
    uint64_t count;
    if (!focus_read(reader, start, 8) || !brick_recognizes(start, 8))
        return focus_fail(error, FOCUS_ERROR_UNRECOGNIZED, "does not begin with BRICK2");
    if (!number(reader, 4, &count) || count > reader->size / 3)
        return focus_fail_at(error, 8, FOCUS_ERROR_INVALID_HEADER, "promises more arrays than it can hold");
    brick->tensors = focus_allocate(reader->chain, count, sizeof *brick->tensors);
    brick->starts = focus_allocate(reader->chain, count, sizeof *brick->starts);
    if (!brick->tensors || !brick->starts) return focus_fail(error, FOCUS_ERROR_MEMORY,
        "has too many arrays for the memory there is");
    for (uint64_t i = 0; i < count; i++)
        if (!read_array(reader, &brick->tensors[i]))
            return focus_fail_at(error, reader->at, FOCUS_ERROR_TRUNCATED, "ends in the header of array %llu",
                (unsigned long long)i);
    for (uint64_t i = 0, at = reader->at; i < count; i++) {
        focus_tensor_v1 *tensor = &brick->tensors[i];
        if (focus_element_bits(tensor->element_type) == 0)
            return focus_fail(error, FOCUS_ERROR_UNSUPPORTED, "has an array of a type that is none of f, h, i and b");
        tensor->byte_count = focus_byte_count(tensor->element_type, tensor->rank, tensor->shape);
        brick->starts[i] = at;
        if (tensor->byte_count > reader->size - at)
            return focus_fail(error, FOCUS_ERROR_TRUNCATED, "ends before the contents of array %llu do",
                (unsigned long long)i);
        at += tensor->byte_count;
    }
    file->tensor_count = count;
    file->tensors = brick->tensors;
    return FOCUS_OK;
}

static int32_t brick_open(const char *path, const focus_options_v1 *options, focus_file_v1 *file,
    focus_error_v1 *error) {
    (void)options;
    struct brick *brick = calloc(1, sizeof *brick);
    if (!brick) return FOCUS_ERROR_MEMORY;
    file->state = brick;
    int32_t result = focus_reader_open(&brick->reader, path, &brick->chain)
                         ? list(brick, file, error)
                         : focus_fail(error, FOCUS_ERROR_SYSTEM, "cannot be opened: %s", strerror(errno));
    if (result != FOCUS_OK) brick_close(file);
    return result;
}

/* Big endian to little, element by element, in a buffer that holds whole ones. */
static int32_t brick_read(const focus_file_v1 *file, uint64_t tensor, uint64_t offset, uint64_t count,
    const focus_sink_v1 *sink,
                          focus_error_v1 *error) {
    struct brick *brick = file->state;
    uint64_t width = focus_element_bits(brick->tensors[tensor].element_type) / 8;
    uint8_t buffer[16384];
    int32_t result = FOCUS_OK;
    fseek(brick->reader.file, (long)(brick->starts[tensor] + offset), SEEK_SET);
    while (count > 0 && result == FOCUS_OK) {
        uint64_t part = count < sizeof buffer ? count : sizeof buffer;
        if (fread(buffer, 1, part, brick->reader.file) != part) return focus_fail(error, FOCUS_ERROR_TRUNCATED,
            "cannot be read to its end");
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
