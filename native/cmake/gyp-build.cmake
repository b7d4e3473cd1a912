# What binding.gyp runs: configures, builds, and leaves sophia_native.node in PRODUCT_DIR.
#
#   cmake -DSOURCE_DIR=… -DBUILD_DIR=… -DPRODUCT_DIR=… -DCONFIG=Release -P gyp-build.cmake
#   environment: SOPHIA_CMAKE_ARGS, more arguments for the configuration, for example -DSOPHIA_CUDA_ARCHITECTURES=all
find_program(NINJA ninja)
set(generator "")
if(NINJA AND NOT EXISTS "${BUILD_DIR}/CMakeCache.txt")
  set(generator -G Ninja)
endif()
separate_arguments(arguments UNIX_COMMAND "$ENV{SOPHIA_CMAKE_ARGS}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${BUILD_DIR}" ${generator}
    "-DCMAKE_BUILD_TYPE=${CONFIG}" "-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${PRODUCT_DIR}" ${arguments}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND "${CMAKE_COMMAND}" --build "${BUILD_DIR}" --config "${CONFIG}" --target sophia_native --parallel
  COMMAND_ERROR_IS_FATAL ANY)
