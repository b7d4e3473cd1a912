# The CUDA backend: library sophia_cuda, empty where there is no nvcc; SOPHIA_HAVE gets SOPHIA_HAVE_CUDA=1 where there is.

add_library(sophia_cuda INTERFACE)
if(SOPHIA_CUDA STREQUAL "OFF" OR NOT cuda_sources)
  message(STATUS "sophia: CUDA backend OFF")
  return()
endif()

include(CheckLanguage)
if(NOT DEFINED CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})  # CMake looks on the PATH only
  find_program(SOPHIA_NVCC nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATH_SUFFIXES bin
    PATHS /usr/local/cuda/bin /opt/cuda/bin)
  if(SOPHIA_NVCC)
    set(CMAKE_CUDA_COMPILER "${SOPHIA_NVCC}")
  endif()
endif()

# One target keeps a build short; a release asks for all of them.
if(SOPHIA_CUDA_ARCHITECTURES STREQUAL "all")
  set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90-real 100-real 120)
elseif(SOPHIA_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES ${SOPHIA_CUDA_ARCHITECTURES})
else()
  execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader
    OUTPUT_VARIABLE capability RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed AND capability MATCHES "([0-9]+)\\.([0-9]+)")
    set(CMAKE_CUDA_ARCHITECTURES ${CMAKE_MATCH_1}${CMAKE_MATCH_2})
  else()
    set(CMAKE_CUDA_ARCHITECTURES 90)
  endif()
endif()

check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  if(SOPHIA_CUDA STREQUAL "ON")
    message(FATAL_ERROR "SOPHIA_CUDA=ON, but no CUDA compiler works here")
  endif()
  message(STATUS "sophia: CUDA backend OFF")
  return()
endif()

enable_language(CUDA)
find_package(CUDAToolkit REQUIRED)
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake before 3.26 does not know that nvcc can
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
endif()
set(CMAKE_CUDA_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
add_library(objects_cuda OBJECT ${cuda_sources})
target_link_libraries(objects_cuda PRIVATE sophia_options)
target_compile_options(objects_cuda PRIVATE
  -fmad=false --expt-relaxed-constexpr --expt-extended-lambda -Xptxas=-warn-spills,-warn-lmem-usage,-Werror
  -Xcompiler=-ffp-contract=off)
if(SOPHIA_TESTS)  # `npm run kernels` reads the PTX
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/ptx")
  target_compile_options(objects_cuda PRIVATE --keep --keep-dir=ptx)
endif()
target_sources(sophia_cuda INTERFACE $<TARGET_OBJECTS:objects_cuda>)
target_link_libraries(sophia_cuda INTERFACE CUDA::cudart_static)
list(APPEND SOPHIA_HAVE SOPHIA_HAVE_CUDA=1)
message(STATUS "sophia: CUDA backend ON for ${CMAKE_CUDA_ARCHITECTURES}")
