// The functions of Node-API that the addon calls. On Windows they are looked up in the running program, whatever its name: an import would want node.exe, and
// Electron or a renamed Node is none. Elsewhere the loader finds them by itself.
#pragma once
#include <stddef.h>
#include <stdint.h>
#define NAPI_VERSION 8
#include <node_api.h>

#if defined(_WIN32)
#define FUNCTIONS(X) \
  X(napi_create_array_with_length) X(napi_create_function) X(napi_create_int32) X(napi_create_object) X(napi_create_string_latin1) X(napi_define_properties) \
  X(napi_get_cb_info) X(napi_get_typedarray_info) X(napi_get_value_bool) X(napi_get_value_string_latin1) X(napi_get_value_uint32) X(napi_is_typedarray) \
  X(napi_set_element) X(napi_set_named_property) X(napi_throw_type_error)

// Written by the loader alone, before any thread can call.
#define DECLARE(name) static __typeof__(name) *name##_found;
FUNCTIONS(DECLARE)
__declspec(dllimport) void *__stdcall GetModuleHandleW(const uint16_t *name);
__declspec(dllimport) void *__stdcall GetProcAddress(void *module, const char *name);

int32_t __stdcall DllMain(void *self, uint32_t reason, void *reserved);
int32_t __stdcall DllMain(void *self, uint32_t reason, void *reserved) {
  (void)self;
  (void)reserved;
  if (reason != 1) return 1;
  void *host = GetModuleHandleW(0);
#define FIND(name) \
  if (!(name##_found = (__typeof__(name##_found))GetProcAddress(host, #name))) return 0;
  FUNCTIONS(FIND)
  return 1;
}

#define napi_create_array_with_length napi_create_array_with_length_found
#define napi_create_function napi_create_function_found
#define napi_create_int32 napi_create_int32_found
#define napi_create_object napi_create_object_found
#define napi_create_string_latin1 napi_create_string_latin1_found
#define napi_define_properties napi_define_properties_found
#define napi_get_cb_info napi_get_cb_info_found
#define napi_get_typedarray_info napi_get_typedarray_info_found
#define napi_get_value_bool napi_get_value_bool_found
#define napi_get_value_string_latin1 napi_get_value_string_latin1_found
#define napi_get_value_uint32 napi_get_value_uint32_found
#define napi_is_typedarray napi_is_typedarray_found
#define napi_set_element napi_set_element_found
#define napi_set_named_property napi_set_named_property_found
#define napi_throw_type_error napi_throw_type_error_found
#endif
