/* usage: header FILE.safetensors

   The least that looking at a safetensors file takes: opens it, reads its header and prints how many bytes that has. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: header FILE.safetensors\n");
        return 64;
    }
    FILE *file = fopen(arguments[1], "rb");
    unsigned char start[8];
    if (!file || fread(start, 1, sizeof start, file) != sizeof start) return 1;
    uint64_t size = 0;
    for (int byte = 7; byte >= 0; byte--) size = size << 8 | start[byte];
    if (size > 100 * 1000 * 1000) return 1;
    char *header = malloc(size + 1);
    if (!header || fread(header, 1, size, file) != size) return 1;
    printf("%llu\n", (unsigned long long)size);
    free(header);
    fclose(file);
    return 0;
}
