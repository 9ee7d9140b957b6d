// nt-constant-time IMAGES DRIVER MAP: calls the cryptography inside needletail.sys, found by the linker's map, on
// secrets that valgrind's memcheck takes for uninitialised: it reports each branch and each address that depends on
// one. Fails on any report. The driver is only mapped: it does not run. Started under valgrind (run.sh); what memcheck
// cannot see is said in Tests/ConstantTime.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ConstantTime/CMemcheck/include/CMemcheck.h"
#include "../Loader/Host/emulation.h"
#include "symbols.h"

enum { LONGEST = 4096, TAG = 16 };
static const size_t lengths[] = {0, 1, 15, 16, 17, 63, 64, 65, 192, 200, 448, 460, 960, 1024, 1420, 1421, LONGEST};
#define FOR_EACH_LENGTH(length)                                                         \
  for (size_t place = 0, length; place < sizeof lengths / sizeof *lengths && (length = lengths[place], 1); place++)

static struct nt_image *image;
static const char *map_path;
static int failures;

struct words {
  uint64_t word[4];
};
static void (NT_ABI *swift_call)(void *function, const uint64_t *arguments, struct words *result);

/// `count` bytes of a pattern, secret from the start. Never freed.
static uint8_t *secret(size_t count, uint8_t seed) {
  uint8_t *bytes = aligned_alloc(16, (count + 31) & ~(size_t)15);
  for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)(i * 29 + seed);
  memcheck_make_secret(bytes, count);
  return bytes;
}

static uint64_t number(const void *place) { return (uint64_t)(uintptr_t)place; }

#define SWIFT(function, ...)                                         \
  ({                                                                 \
    struct words result;                                             \
    swift_call(function, (uint64_t[10]){__VA_ARGS__}, &result);      \
    result;                                                          \
  })

static void end(const char *name, uint64_t before) {
  uint64_t reports = memcheck_report_count() - before;
  printf("%s: %s, %llu reports\n", reports == 0 ? "passed" : "FAILED", name, (unsigned long long)reports);
  failures += reports != 0;
}

static void check_kernel(const char *name, const char *seal_part, const char *open_part) {
  void(NT_ABI * seal)(const void *, uint64_t, void *, intptr_t) = symbol_find(image, map_path, seal_part);
  uint64_t(NT_ABI * open)(const void *, uint64_t, void *, intptr_t) = symbol_find(image, map_path, open_part);
  char text[64];
  uint64_t before = memcheck_report_count();
  FOR_EACH_LENGTH(length) seal(secret(32, 1), 5, secret(length + TAG, 1), (intptr_t)length);
  snprintf(text, sizeof text, "kernel %s seals", name);
  end(text, before);
  before = memcheck_report_count();
  FOR_EACH_LENGTH(length) {
    uint64_t difference = open(secret(32, 1), 5, secret(length + TAG, 1), (intptr_t)length);
    memcheck_make_public(&difference, sizeof difference);
    if (difference == 0) exit(1);
  }
  snprintf(text, sizeof text, "kernel %s opens", name);
  end(text, before);
}

/// That the function is the one that is meant, with the arguments it has: the compiler leaves out those that are the
/// same in every call. `word` is the start of a result.
static void expect(const char *name, uint64_t word, uint64_t wanted) {
  memcheck_make_public(&word, sizeof word);
  if (word == wanted) return;
  printf("FAILED: %s gives %llx: has the compiler changed its arguments?\n", name, (unsigned long long)word);
  failures++;
}

// What a handshake is sealed with; the arguments are key, the nonce's words, then bytes and their lengths.
static void check_handshake_cipher(void) {
  void *seal = symbol_find(image, map_path, "16ChaCha20Poly1305O17sealWithoutWiping");
  void *difference = symbol_find(image, map_path, "16ChaCha20Poly1305O13tagDifference");
  uint64_t before = memcheck_report_count();
  FOR_EACH_LENGTH(length) {
    uint8_t *text = secret(length + TAG, 2), *additional = secret(32, 4);
    struct {
      void *start;
      uint64_t count;
    } target = {text, length + TAG};
    SWIFT(seal, number(secret(32, 1)), 0, 0, number(secret(length, 3)), length, number(additional), 32,
          number(&target), 0);
    struct words none = SWIFT(
        difference, number(secret(32, 1)), 0, 0, number(text), length + TAG, number(additional), 32);
    expect("ChaCha20-Poly1305 of what it has sealed", none.word[0], 0);
  }
  end("ChaCha20-Poly1305 of handshakes", before);
  before = memcheck_report_count();
  struct words key = SWIFT(
      symbol_find(image, map_path, "17XChaCha20Poly1305O6subkey"), number(secret(32, 1)), number(secret(24, 1)));
  expect("HChaCha20", key.word[0], 0x69fa23287712e9ab);
  end("XChaCha20's key", before);
}

static void check_hashes(void) {
  void *mac = symbol_find(image, map_path, "7BLAKE2sV3mac");
  void *derive = symbol_find(image, map_path, "4HKDFO6derive");
  uint64_t before = memcheck_report_count();
  FOR_EACH_LENGTH(length) {
    uint64_t *outputs = (uint64_t *)secret(96, 0);
    struct words code = SWIFT(mac, number(secret(32, 1)), 32, number(secret(length, 2)), length);
    SWIFT(derive, number(secret(32, 1)), number(secret(length, 2)), length, number(outputs), 3);
    if (length != LONGEST) continue;
    expect("BLAKE2s with a key", code.word[0], 0x71c3e94e381225bb);
    expect("HKDF", outputs[8], 0xbb0beb27a647441c);
  }
  end("BLAKE2s with a key and HKDF", before);
}

static void check_x25519(void) {
  void *multiply = symbol_find(image, map_path, "6X25519O8multiply");
  uint64_t before = memcheck_report_count();
  struct words product = SWIFT(multiply, number(secret(32, 1)), number(secret(32, 7)));
  expect("X25519", product.word[0], 0x6959bec219cd8fb4);
  SWIFT(multiply, number(secret(32, 128)), number(secret(32, 7)));
  end("X25519", before);
  before = memcheck_report_count();
  struct words power = SWIFT(symbol_find(image, map_path, "6X25519O12multiplyBase"), number(secret(32, 1)), 32);
  expect("X25519 of the base point", power.word[0], 0xf6ce70f57531fe9e);
  end("X25519 of the base point", before);
}

int main(int count, char **arguments) {
  if (count != 4 || !memcheck_is_running()) {
    fprintf(stderr, "valgrind nt-constant-time IMAGES DRIVER MAP\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  map_path = arguments[3];
  nt_modules_set_directory(arguments[1]);
  image = nt_module_load(arguments[2], 0);
  struct nt_image *swift = nt_module("swiftcall.sys");
  if (image == NULL || swift == NULL) return 1;
  swift_call = (__typeof__(swift_call))nt_image_find(swift, "EmulSwiftCall");
  check_kernel("portable", "12CipherKernelV8portableACvgZySV_s6UInt64VSvSitYbcfU_To",
               "12CipherKernelV8portableACvgZs6UInt64VSV_AFSvSitYbcfU0_To");
  check_kernel("SSSE3", "cipher_ssse3_seal", "cipher_ssse3_open");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
    check_kernel("AVX2", "cipher_avx2_seal", "cipher_avx2_open");
  check_handshake_cipher();
  check_hashes();
  check_x25519();
  printf("constant time of the driver: %s\n", failures == 0 ? "all passed" : "FAILED");
  return failures != 0;
}
