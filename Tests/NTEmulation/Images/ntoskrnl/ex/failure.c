// Calls of the driver that can fail, and the one that a test lets fail. A call is known by where it returns to: its
// site, an offset in the driver's image. The emulation's own calls never fail.
#include <emulation.h>

#define SITES 256

static struct emul_mutex lock;
static uint64_t image, image_bytes;
static struct emul_call_site sites[SITES];
static uint32_t site_count;
/// Calls that can fail until one does; negative: none does.
static int64_t until_failure = -1;
/// The site whose next call fails; 0 for none.
static uint32_t failing_site;
static uint64_t failures;

void emul_failure_image(const void *base) {
  // From the headers of the image: where they begin, and how long the image is.
  uint32_t headers = *(const uint32_t *)((const uint8_t *)base + 0x3c);
  image_bytes = *(const uint32_t *)((const uint8_t *)base + headers + 0x50);
  image = (uint64_t)base;
}

static struct emul_call_site *site_at(uint32_t offset) {
  for (uint32_t i = 0; i < site_count; i++)
    if (sites[i].offset == offset) return &sites[i];
  if (site_count == SITES) emul_fail("more than %u sites of calls that can fail", SITES);
  sites[site_count].offset = offset;
  return &sites[site_count++];
}

BOOLEAN emul_must_fail(void *caller) {
  BOOLEAN fail = FALSE;
  uint64_t offset = (uint64_t)caller - image;
  if (offset >= image_bytes || emul_self()->own_depth != 0) return FALSE;
  emul_mutex_lock(&lock);
  struct emul_call_site *site = site_at((uint32_t)offset);
  site->reached++;
  if (until_failure > 0) until_failure--;
  if (until_failure == 0 || (failing_site != 0 && failing_site == site->offset)) {
    // One call fails; those after it succeed, so that the way out is tried with memory at hand.
    fail = TRUE;
    until_failure = -1;
    failing_site = 0;
    failures++;
    site->failed++;
  }
  emul_mutex_unlock(&lock);
  return fail;
}

/// Lets the call after `others` fail, once, of all that can; negative: none. Answers how many were failed so far.
uint64_t EmulFailOne(int64_t others) {
  emul_mutex_lock(&lock);
  until_failure = others < 0 ? -1 : others + 1;
  failing_site = 0;
  uint64_t so_far = failures;
  emul_mutex_unlock(&lock);
  return so_far;
}

/// Lets the next call at a site fail, once. Answers how many were failed so far.
uint64_t EmulFailSite(uint32_t offset) {
  emul_mutex_lock(&lock);
  failing_site = offset;
  uint64_t so_far = failures;
  emul_mutex_unlock(&lock);
  return so_far;
}

/// Copies at most `room` sites that were reached; answers how many there are.
uint32_t EmulCallSites(struct emul_call_site *copy, uint32_t room) {
  emul_mutex_lock(&lock);
  uint32_t count = site_count;
  memcpy(copy, sites, (count < room ? count : room) * sizeof *copy);
  emul_mutex_unlock(&lock);
  return count;
}
