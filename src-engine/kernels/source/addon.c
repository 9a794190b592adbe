// The native executor as an addon for Node-API version 8: says which variants of the program this processor runs, and attaches one to the bytes of an arena.
// Knows nothing of what a program does.
//
// There is no state at all. An attached program is a JavaScript function that carries the arena's address and holds its bytes, so a run asks Node for one number
// only, and any number of threads and environments may load this file. Nothing of a C library is used either: one file serves glibc and musl.
#include "node.h"
#include "processor.h"

#define DEFINE(name, mode, before, after) \
  __attribute__((visibility("hidden"))) int32_t run_##name##_##mode(char *base, uint32_t call); \
  static napi_value name##_##mode(napi_env env, napi_callback_info info) { \
    napi_value given, status; \
    size_t count = 1; \
    uint32_t call; \
    void *base; \
    if (napi_get_cb_info(env, info, &count, &given, 0, &base) != napi_ok || count < 1 || napi_get_value_uint32(env, given, &call) != napi_ok) \
      return refuse(env, "a run needs the place of its call block in the arena, in bytes"); \
    before; \
    const int32_t result = run_##name##_##mode(base, call); \
    after; \
    return napi_create_int32(env, result, &status) == napi_ok ? status : 0; \
  }
#define DEFINE_BOTH(name) DEFINE(name, exact, , ) DEFINE(name, fast, const control word = flushSubnormals(), putBack(word))

static napi_value refuse(napi_env env, const char *message) {
  napi_throw_type_error(env, 0, message);
  return 0;
}

VARIANTS(DEFINE_BOTH)

static const struct { const char *name; napi_callback exact, fast; } variants[] = {
#define ROW(name) {#name, name##_exact, name##_fast},
  VARIANTS(ROW)
};
enum { known = sizeof variants / sizeof variants[0] };

static void ask(bool can[known]) {
  const abilities all = examine();
#define COLUMN(name) all.name,
  const bool each[known] = {VARIANTS(COLUMN)};
  for (uint32_t i = 0; i < known; i++) can[i] = each[i];
}

// features() → { variants: the names of those that run here, the widest first; cpu: what the processor calls itself, "" if it does not }
static napi_value features(napi_env env, napi_callback_info info) {
  (void)info;
  bool can[known];
  char text[49];
  napi_value result, names, name, cpu;
  uint32_t found = 0;
  ask(can);
  nameProcessor(text);
  if (napi_create_object(env, &result) != napi_ok || napi_create_array_with_length(env, 0, &names) != napi_ok) return 0;
  for (uint32_t i = 0; i < known; i++)
    if (can[i] && (napi_create_string_latin1(env, variants[i].name, NAPI_AUTO_LENGTH, &name) != napi_ok || napi_set_element(env, names, found++, name) != napi_ok)) return 0;
  if (napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &cpu) != napi_ok || napi_set_named_property(env, result, "variants", names) != napi_ok) return 0;
  return napi_set_named_property(env, result, "cpu", cpu) == napi_ok ? result : 0;
}

static bool isSame(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

// attach(bytes: Uint8Array, variant: string, isFast: boolean) → run(call: number): number
static napi_value attach(napi_env env, napi_callback_info info) {
  napi_value given[3], run;
  size_t count = 3, length, offset;
  bool isBytes = false, isFast, can[known];
  char wanted[16];
  void *base;
  napi_typedarray_type type;
  if (napi_get_cb_info(env, info, &count, given, 0, 0) != napi_ok || count < 3 || napi_is_typedarray(env, given[0], &isBytes) != napi_ok || !isBytes
    || napi_get_typedarray_info(env, given[0], &type, &length, &base, 0, &offset) != napi_ok || type != napi_uint8_array || length == 0
    || napi_get_value_string_latin1(env, given[1], wanted, sizeof wanted, 0) != napi_ok || napi_get_value_bool(env, given[2], &isFast) != napi_ok)
    return refuse(env, "attach needs the arena's bytes as a Uint8Array, the name of a variant, and whether it is to be the fast one");
  ask(can);
  uint32_t i = 0;
  while (i < known && !(can[i] && isSame(wanted, variants[i].name))) i++;
  if (i == known) return refuse(env, "this processor runs no variant of that name: see features()");
  if (napi_create_function(env, "run", NAPI_AUTO_LENGTH, isFast ? variants[i].fast : variants[i].exact, base, &run) != napi_ok) return 0;
  // As long as the function lives, so do the bytes: this property cannot be taken away.
  const napi_property_descriptor bytes = {.utf8name = "bytes", .value = given[0], .attributes = napi_default};
  return napi_define_properties(env, run, 1, &bytes) == napi_ok ? run : 0;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor exported[] = {
    {.utf8name = "features", .method = features, .attributes = napi_enumerable},
    {.utf8name = "attach", .method = attach, .attributes = napi_enumerable},
  };
  return napi_define_properties(env, exports, 2, exported) == napi_ok ? exports : 0;
}
