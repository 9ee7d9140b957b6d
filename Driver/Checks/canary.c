// Linked into a copy of the driver for depth.py to find: three frames of 3 KB, of which no single one is too large.
#define FRAME 3000

static void use(char *place) { __asm__ __volatile__("" : : "r"(place) : "memory"); }

__attribute__((noinline)) static void third(void) {
  char room[FRAME];
  use(room);
}

__attribute__((noinline)) static void second(void) {
  char room[FRAME];
  use(room);
  third();
  use(room);
}

void canary(void) {
  char room[FRAME];
  use(room);
  second();
  use(room);
}
