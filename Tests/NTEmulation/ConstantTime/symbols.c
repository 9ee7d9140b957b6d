// Functions of the driver, by the map that its linker wrote: an image of a driver exports none.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

enum { LINE = 4096 };

void *symbol_find(const struct nt_image *image, const char *map_path, const char *part) {
  FILE *file = fopen(map_path, "r");
  char line[LINE], name[LINE], found[LINE] = "";
  unsigned long address, place = 0;
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "%lx 00000000 0 %4095s", &address, name) != 2) continue;
    if (strstr(name, part) == NULL || strstr(name, ".cold.") != NULL) continue;
    if (place != 0 && place != address) {
      printf("two functions of the driver are called like %s: %s, %s\n", part, found, name);
      exit(1);
    }
    place = address;
    strcpy(found, name);
  }
  if (file != NULL) fclose(file);
  if (place == 0) {
    printf("no function in %s is called like %s\n", map_path, part);
    exit(1);
  }
  return image->base + place;
}
