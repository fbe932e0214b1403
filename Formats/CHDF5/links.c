#include "CHDF5.h"

#include <string.h>

/* Called where a path leads into another file: it does not. */
static herr_t refuse(
    const char *parent, const char *group, const char *file, const char *object, unsigned *flags, hid_t access,
    void *context) {
    (void)parent;
    (void)group;
    (void)file;
    (void)object;
    (void)flags;
    (void)access;
    (void)context;
    return -1;
}

int focus_h5_target_kind(hid_t place, const char *path, haddr_t *address) {
    H5O_info_t object;
    hid_t access = H5Pcreate(focus_h5_link_access());
    if (access < 0) return -1;
    herr_t status = H5Pset_elink_cb(access, refuse, NULL);
    if (status >= 0) status = H5Oget_info_by_name2(place, path, &object, H5O_INFO_BASIC, access);
    H5Pclose(access);
    if (status < 0) return -1;
    *address = object.addr;
    return object.type == H5O_TYPE_GROUP ? 0 : object.type == H5O_TYPE_DATASET ? 1 : 4;
}

int focus_h5_external_target(hid_t group, const char *name, char *file, char *path, size_t size) {
    H5L_info_t link;
    char value[4096];
    const char *found_file, *found_path;
    unsigned flags;
    if (H5Lget_info(group, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_EXTERNAL) return -1;
    if (link.u.val_size > sizeof value || H5Lget_val(group, name, value, sizeof value, H5P_DEFAULT) < 0) return -1;
    if (H5Lunpack_elink_val(value, link.u.val_size, &flags, &found_file, &found_path) < 0) return -1;
    if (strlen(found_file) >= size || strlen(found_path) >= size) return -1;
    strcpy(file, found_file);
    strcpy(path, found_path);
    return 0;
}
