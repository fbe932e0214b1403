/*
 * What libFuzzer gives is a GGUF file, or else metadata to write: opens it, reads all of it, writes what was read and reads
 * that. Aborts where the plug-in does not keep its word; the sanitizers see the rest.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "focus_plugin.h"

#define REQUIRE(condition)                                                                                                  \
    do {                                                                                                                    \
        if (!(condition)) {                                                                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                                                         \
            abort();                                                                                                        \
        }                                                                                                                   \
    } while (0)

/* Contents larger than this are not read as a whole. */
static const uint64_t enough = 1 << 22;

static char input_path[64], output_path[64];
static int input;

static focus_error_v1 no_error(void) {
    focus_error_v1 error = {sizeof error, 0, FOCUS_NONE, FOCUS_NONE, ""};
    return error;
}

/* Where a call failed, it says why, in UTF-8 that ends. */
static void check_error(int32_t status, const focus_error_v1 *error) {
    size_t length = strnlen(error->message, sizeof error->message);
    REQUIRE(length < sizeof error->message);
    REQUIRE((status == FOCUS_OK) == (length == 0));
}

struct counted {
    uint64_t count;
    uint64_t sum;
};

static int32_t count(void *context, const void *bytes, uint64_t length) {
    struct counted *counted = context;
    counted->count += length;
    for (uint64_t i = 0; i < length; i++) counted->sum += ((const uint8_t *)bytes)[i];
    return FOCUS_OK;
}

static void read_all(const focus_plugin_v1 *table, const focus_file_v1 *file, uint64_t size) {
    for (uint64_t i = 0; i < file->tensor_count; i++) {
        const focus_tensor_v1 *tensor = &file->tensors[i];
        uint64_t bits = focus_element_bits(tensor->element_type);
        REQUIRE(bits != 0 && tensor->rank <= 64 && tensor->name[tensor->name_length] == 0);
        uint64_t elements = 1;
        for (uint32_t axis = 0; axis < tensor->rank; axis++) elements *= tensor->shape[axis];
        REQUIRE(elements * bits / 8 == tensor->byte_count);
        if (tensor->file_offset != FOCUS_NONE) {
            REQUIRE(tensor->file_offset <= size && tensor->byte_count <= size - tensor->file_offset);
            continue;
        }
        if (tensor->byte_count == 0 || tensor->byte_count > enough) continue;
        /* All of it, and a part that begins and ends inside of blocks. */
        uint64_t ranges[2][2] = {{0, tensor->byte_count}, {tensor->byte_count / 3, tensor->byte_count / 2 + 1}};
        for (int range = 0; range < 2; range++) {
            struct counted counted = {0, 0};
            focus_sink_v1 sink = {&counted, count};
            focus_error_v1 error = no_error();
            int32_t status = table->read(file, i, ranges[range][0], ranges[range][1] - ranges[range][0], &sink, &error);
            check_error(status, &error);
            REQUIRE(status == FOCUS_OK && counted.count == ranges[range][1] - ranges[range][0]);
        }
    }
}

static int32_t send_zeros(const focus_job_v1 *job, uint64_t tensor, const focus_sink_v1 *sink) {
    static const uint8_t zeros[4096];
    for (uint64_t left = job->tensors[tensor].byte_count; left > 0;) {
        uint64_t step = left < sizeof zeros ? left : sizeof zeros;
        int32_t status = sink->send(sink->context, zeros, step);
        if (status != FOCUS_OK) return status;
        left -= step;
    }
    return FOCUS_OK;
}

/* Writes; says whether it could. */
static int write_out(const focus_plugin_v1 *table, const focus_tensor_v1 *tensors, uint64_t tensor_count, const focus_pair_v1 *pairs,
                     uint64_t pair_count) {
    focus_options_v1 options = {0, NULL};
    focus_job_v1 job = {sizeof job, 0, 0, 0, output_path, tensor_count, tensors, pair_count, pairs, &options, send_zeros, NULL};
    unlink(output_path);
    focus_error_v1 error = no_error();
    int32_t status = table->write(&job, &error);
    check_error(status, &error);
    return status == FOCUS_OK;
}

static int same(const char *a, uint64_t a_length, const char *b, uint64_t b_length) {
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* What was read can be written, unless it is past ggml's limits, and is then the same. */
static void write_again(const focus_plugin_v1 *table, const focus_file_v1 *file) {
    focus_tensor_v1 *tensors = calloc(file->tensor_count + 1, sizeof *tensors);
    uint64_t tensor_count = 0;
    for (uint64_t i = 0; i < file->tensor_count; i++) {
        const focus_tensor_v1 *tensor = &file->tensors[i];
        if (table->element_types >> tensor->element_type & 1 && tensor->byte_count <= enough) tensors[tensor_count++] = *tensor;
    }
    if (write_out(table, tensors, tensor_count, file->metadata, file->metadata_count)) {
        focus_options_v1 options = {0, NULL};
        focus_file_v1 again = {sizeof again, 0, NULL, 0, NULL, 0, NULL, 0, NULL};
        focus_error_v1 error = no_error();
        int32_t status = table->open(output_path, &options, &again, &error);
        check_error(status, &error);
        REQUIRE(status == FOCUS_OK && again.tensor_count == tensor_count && again.metadata_count == file->metadata_count);
        for (uint64_t i = 0; i < file->metadata_count; i++) {
            const focus_pair_v1 *a = &file->metadata[i], *b = &again.metadata[i];
            REQUIRE(same(a->key, a->key_length, b->key, b->key_length));
            REQUIRE(same(a->value, a->value_length, b->value, b->value_length));
        }
        table->close(&again);
    }
    free(tensors);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    input = memfd_create("input", 0);
    REQUIRE(input >= 0);
    snprintf(input_path, sizeof input_path, "/proc/self/fd/%d", input);
    snprintf(output_path, sizeof output_path, "/dev/shm/focus-fuzz-gguf-%d", (int)getpid());
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const focus_plugin_v1 *table = focus_plugin_entry(FOCUS_PLUGIN_ABI_VERSION);
    if (!table->recognizes(data, size < 4096 ? size : 4096)) {
        /* Types, a zero byte, a value. */
        const uint8_t *end = memchr(data, 0, size);
        if (!end) return -1;
        const char *value = (const char *)end + 1;
        focus_pair_v1 pairs[] = {
            {"general.alignment", 17, value, (uint64_t)((const char *)data + size - value)},
            {"gguf.types", 10, (const char *)data, (uint64_t)(end - data)},
            {"k", 1, value, (uint64_t)((const char *)data + size - value)},
        };
        write_out(table, NULL, 0, pairs + 1, 2);
        write_out(table, NULL, 0, pairs, 1);
        return 0;
    }
    REQUIRE(ftruncate(input, 0) == 0 && pwrite(input, data, size, 0) == (ssize_t)size);
    focus_pair_v1 dequantize = {"dequantize", 10, "f32", 3};
    for (uint64_t count = 0; count < 2; count++) {
        focus_options_v1 options = {count, &dequantize};
        focus_file_v1 file = {sizeof file, 0, NULL, 0, NULL, 0, NULL, 0, NULL};
        focus_error_v1 error = no_error();
        int32_t status = table->open(input_path, &options, &file, &error);
        check_error(status, &error);
        if (status != FOCUS_OK) continue;
        read_all(table, &file, size);
        if (count == 0) write_again(table, &file);
        table->close(&file);
    }
    return 0;
}
