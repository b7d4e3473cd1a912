# The addon as it is published, sophia_prebuilt: the objects of sophia_native, linked so that they run wherever Node
# does. SOPHIA_SYSROOT is what sysroot.mjs unpacks: the C library of 2012, glibc 2.17, and the unwinder of a compiler of
# that time, as today's asks glibc 2.35 where a frame is. portability.mjs checks the outcome.
if(NOT SOPHIA_SYSROOT)
  return()
endif()

# A flag that headers of today read where a count of references is changed, to spare a lock before the second thread.
# An old C library has none; with one of our own that says that there are threads, nothing is spared.
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/single_threaded.cpp" CONTENT [[
extern "C" __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;
]])

add_library(sophia_prebuilt MODULE EXCLUDE_FROM_ALL
  $<TARGET_OBJECTS:sophia_native> $<TARGET_OBJECTS:sophia_plain> "${PROJECT_BINARY_DIR}/single_threaded.cpp")
sophia_link_addon(sophia_prebuilt)
target_link_options(sophia_prebuilt PRIVATE
  "--sysroot=${SOPHIA_SYSROOT}/x86_64-unknown-linux-gnu/sysroot"
  "-L${SOPHIA_SYSROOT}/x86_64-unknown-linux-gnu/sysroot/usr/lib"
  "-L${SOPHIA_SYSROOT}/lib/gcc/x86_64-unknown-linux-gnu/4.8.5"
  "LINKER:--strip-all")
target_link_libraries(sophia_prebuilt PRIVATE sophia_cuda m dl rt pthread)
# Away from build/Release, where node-gyp-build takes the first addon that it finds.
set_target_properties(sophia_prebuilt PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/prebuilt")
