#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

#include "CSystemShims.h"

const char *focus_library_file(void) {
    Dl_info info;
    void *map = NULL;
    if (dladdr1((const void *)&focus_library_file, &info, &map, RTLD_DL_LINKMAP) == 0 || map == NULL) { return NULL; }
    /* The loader knows the program by the empty name. */
    const char *name = ((const struct link_map *)map)->l_name;
    return name == NULL || name[0] == '\0' ? NULL : name;
}
