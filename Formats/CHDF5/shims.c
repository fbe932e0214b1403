#include "CHDF5.h"

#include <stdio.h>
#include <string.h>

hid_t focus_h5_integer(size_t size, int is_signed) {
    char name[32];
    snprintf(name, sizeof name, "H5T_STD_%c%zuLE_g", is_signed ? 'I' : 'U', 8 * size);
    return focus_h5_constant(name);
}

struct buffer {
    char *text;
    size_t size;
};

static herr_t copy_description(unsigned number, const H5E_error2_t *error, void *context) {
    struct buffer *buffer = context;
    if (number == 0) snprintf(buffer->text, buffer->size, "%s", error->desc ? error->desc : "unknown error");
    return 0;
}

void focus_h5_error(char *text, size_t size) {
    struct buffer buffer = {text, size};
    const char *failure = focus_h5_load_failure();
    snprintf(text, size, "%s", failure ? failure : "unknown error");
    if (failure) return;
    /* Upwards: the innermost function comes first. */
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, copy_description, &buffer);
    H5Eclear2(H5E_DEFAULT);
}

struct visitor {
    void *context;
    int (*body)(void *, const char *);
};

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
    struct visitor *visitor = context;
    (void)group;
    (void)info;
    return visitor->body(visitor->context, name);
}

int focus_h5_keeps_order(hid_t group) {
    unsigned order = 0;
    hid_t creation = H5Gget_create_plist(group);
    if (creation >= 0) {
        H5Pget_link_creation_order(creation, &order);
        H5Pclose(creation);
    }
    return (order & H5P_CRT_ORDER_TRACKED) != 0;
}

int focus_h5_each_link(hid_t group, void *context, int (*body)(void *, const char *)) {
    struct visitor visitor = {context, body};
    hsize_t position = 0;
    H5_index_t index = focus_h5_keeps_order(group) ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    return H5Literate(group, index, H5_ITER_INC, &position, visit_link, &visitor);
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    struct visitor *visitor = context;
    (void)object;
    (void)info;
    return visitor->body(visitor->context, name);
}

int focus_h5_each_attribute(hid_t object, void *context, int (*body)(void *, const char *)) {
    struct visitor visitor = {context, body};
    hsize_t position = 0;
    return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, visit_attribute, &visitor);
}

int focus_h5_link_kind(hid_t group, const char *name, haddr_t *address) {
    H5L_info_t link;
    H5O_info_t object;
    if (H5Lget_info(group, name, &link, H5P_DEFAULT) < 0) return -1;
    if (link.type == H5L_TYPE_SOFT) return 2;
    if (link.type != H5L_TYPE_HARD) return 3;
    if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return -1;
    *address = object.addr;
    return object.type == H5O_TYPE_GROUP ? 0 : object.type == H5O_TYPE_DATASET ? 1 : 4;
}
