# The library for C, target sophia: libsophia.so, made of the addon's objects and those of native/capi, and what
# `cmake --install <build> --component capi` puts beside it, for pkg-config and for find_package(sophia).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

string(REGEX MATCH "^[0-9]+" major "${version}")

add_library(sophia_capi OBJECT ${capi_sources})
target_link_libraries(sophia_capi PRIVATE sophia_options)
target_compile_definitions(sophia_capi PRIVATE ${SOPHIA_HAVE} "SOPHIA_VERSION=\"${version}\"")

add_library(sophia SHARED $<TARGET_OBJECTS:sophia_capi> $<TARGET_OBJECTS:sophia_plain>)
target_link_libraries(sophia PRIVATE sophia_cuda)
sophia_link_shared(sophia "${PROJECT_SOURCE_DIR}/native/cmake/capi.map")
set_target_properties(sophia PROPERTIES
  VERSION ${version} SOVERSION ${major}
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/capi")  # and not where node-gyp-build looks
target_include_directories(sophia INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

# All paths are relative to where these files lie, so that what is installed can be moved.
set(files "${PROJECT_BINARY_DIR}/capi")
set(cmake_files "${CMAKE_INSTALL_LIBDIR}/cmake/sophia")
file(RELATIVE_PATH to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" to_prefix "${to_prefix}")
configure_file("${PROJECT_SOURCE_DIR}/native/cmake/sophia.pc.in" "${files}/sophia.pc" @ONLY)
file(WRITE "${files}/sophia-config.cmake" "include(\"\${CMAKE_CURRENT_LIST_DIR}/sophia-targets.cmake\")\n")
write_basic_package_version_file("${files}/sophia-config-version.cmake"
  VERSION ${version} COMPATIBILITY SameMinorVersion)  # to be SameMajorVersion from 1.0 on

install(TARGETS sophia EXPORT sophia-targets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  COMPONENT capi NAMELINK_COMPONENT capi)
install(FILES native/include/sophia.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT capi)
install(FILES "${files}/sophia.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT capi)
install(FILES "${files}/sophia-config.cmake" "${files}/sophia-config-version.cmake"
  DESTINATION "${cmake_files}" COMPONENT capi)
install(EXPORT sophia-targets NAMESPACE sophia:: DESTINATION "${cmake_files}" COMPONENT capi)
