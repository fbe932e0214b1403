#include "CHDF5.h"

#include <stdlib.h>

/* More bytes than this no attribute has that anybody reads. */
static const size_t largest_attribute = (size_t)64 << 20;

/* Opens `name` of `object` with its type, as one that no file holds under a name, and its shape. */
static int open_attribute(hid_t object, const char *name, hid_t *attribute, hid_t *type, hid_t *space) {
    hid_t kept;
    *attribute = H5Aopen(object, name, H5P_DEFAULT);
    kept = H5Aget_type(*attribute);
    *type = H5Tcopy(kept);
    H5Tclose(kept);
    *space = H5Aget_space(*attribute);
    return *attribute < 0 || *type < 0 || *space < 0 ? -1 : 0;
}

/* Its contents, as they are in memory; `size` becomes their size. NULL where there are none, or too many. */
static void *read_contents(hid_t attribute, hid_t type, hid_t space, size_t *size) {
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t width = H5Tget_size(type);
    void *contents = NULL;
    *size = 0;
    if (count <= 0 || width == 0 || (size_t)count > largest_attribute / width) return NULL;
    *size = (size_t)count * width;
    contents = calloc(1, *size);
    if (contents && H5Aread(attribute, type, contents) >= 0) return contents;
    free(contents);
    *size = 0;
    return NULL;
}

int focus_h5_copy_attribute(hid_t from, hid_t to, const char *name) {
    hid_t attribute, type, space, copy = -1;
    int status = open_attribute(from, name, &attribute, &type, &space);
    /* A reference is a place in the file that it was made for. */
    if (status == 0 && H5Tdetect_class(type, H5T_REFERENCE) > 0) status = 1;
    if (status == 0) {
        size_t size;
        void *contents = read_contents(attribute, type, space, &size);
        hid_t creation = H5Aget_create_plist(attribute);
        if (!contents && H5Sget_simple_extent_npoints(space) > 0) status = 1;
        if (status == 0) copy = H5Acreate2(to, name, type, space, creation, H5P_DEFAULT);
        if (status == 0 && (copy < 0 || (contents && H5Awrite(copy, type, contents) < 0))) status = -1;
        if (contents) H5Dvlen_reclaim(type, space, H5P_DEFAULT, contents);
        free(contents);
        if (copy >= 0) H5Aclose(copy);
        H5Pclose(creation);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

int focus_h5_attribute_bytes(
    hid_t object, const char *name, void *context, void (*take)(void *, const void *, size_t)) {
    hid_t attribute, type, space;
    int status = open_attribute(object, name, &attribute, &type, &space);
    if (status == 0) {
        size_t size;
        void *contents = NULL;
        /* What lies in memory of lists of any length are addresses. */
        int has_addresses = H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tis_variable_str(type) > 0;
        if (!has_addresses) contents = read_contents(attribute, type, space, &size);
        if (contents) take(context, contents, size);
        free(contents);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}
