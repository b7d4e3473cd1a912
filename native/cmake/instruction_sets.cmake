# Every *.cpu.cpp, once per instruction set.
#
# The linker keeps one copy of an inline function that several objects define, whichever comes first. A copy compiled
# for AVX-512 must not be that one: it would crash other machines. So each set becomes one object in which everything
# but its entry is local.
#
#   objects_<set>            the objects as compiled, for the tests of that set
#   isolated_<set>           one object that shows its entries, sophia_make_run_<set> and _device_, and nothing else
#   sophia_instruction_sets  all isolated sets, for the addon
#   sophia_link_set          one set's plain objects, for a test or a benchmark of that set
#   SOPHIA_HAVE              SOPHIA_HAVE_<SET>=1 for each set, for the code that chooses among them

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(known_isas Baseline Avx2 Avx512)
else()
  set(known_isas Baseline)
endif()
if(NOT SOPHIA_ISAS)
  set(SOPHIA_ISAS ${known_isas})
endif()
set(flags_Baseline "")
set(flags_Avx2 -mavx2 -mfma -mbmi2)
set(flags_Avx512 -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mavx2 -mbmi2
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # g++ 12 warns about its own header of intrinsics
set(flags_Float64 "")  # the reference arithmetic of the tests

# Links the objects of a set into one and hides every symbol that does not match `keep`.
function(sophia_isolate set keep)
  set(object "${PROJECT_BINARY_DIR}/isolated/${set}.o")
  add_custom_command(
    OUTPUT "${object}"
    DEPENDS objects_${set} $<TARGET_OBJECTS:objects_${set}>
    COMMAND ${CMAKE_COMMAND} -E make_directory "${PROJECT_BINARY_DIR}/isolated"
    COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o "${object}" $<TARGET_OBJECTS:objects_${set}>
    COMMAND ${CMAKE_OBJCOPY} --wildcard "--keep-global-symbol=${keep}" "${object}"
    COMMENT "Isolating ${set}" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(isolate_${set} DEPENDS "${object}")
  add_library(isolated_${set} INTERFACE)
  target_link_libraries(isolated_${set} INTERFACE "${object}")
  add_dependencies(isolated_${set} isolate_${set})
endfunction()

function(sophia_instruction_set isa keep)
  string(TOLOWER ${isa} set)
  add_library(objects_${set} OBJECT EXCLUDE_FROM_ALL ${cpu_sources})
  target_link_libraries(objects_${set} PRIVATE sophia_options)
  target_compile_definitions(objects_${set} PRIVATE SOPHIA_ISA=${isa})
  target_compile_options(objects_${set} PRIVATE ${flags_${isa}})
  sophia_isolate(${set} "${keep}")
endfunction()

add_library(sophia_instruction_sets INTERFACE)
set(SOPHIA_HAVE "")
foreach(isa IN LISTS SOPHIA_ISAS)
  if(NOT isa IN_LIST known_isas)
    message(FATAL_ERROR "SOPHIA_ISAS: ${isa} is not one of ${known_isas}")
  endif()
  string(TOLOWER ${isa} set)
  string(TOUPPER ${isa} upper)
  sophia_instruction_set(${isa} "sophia_make_*_${set}")
  target_link_libraries(sophia_instruction_sets INTERFACE isolated_${set})
  list(APPEND SOPHIA_HAVE SOPHIA_HAVE_${upper}=1)
endforeach()
if(SOPHIA_TESTS)
  sophia_instruction_set(Float64 "*Float64*")
endif()
message(STATUS "sophia: instruction sets ${SOPHIA_ISAS}")

# The plain objects of one set, with the other sets isolated beside them: the code that chooses knows all of them.
function(sophia_link_set name isa)
  string(TOLOWER ${isa} set)
  target_sources(${name} PRIVATE $<TARGET_OBJECTS:objects_${set}>)
  target_compile_definitions(${name} PRIVATE SOPHIA_ISA=${isa})
  target_compile_options(${name} PRIVATE ${flags_${isa}})
  foreach(other IN LISTS SOPHIA_ISAS)
    string(TOLOWER ${other} other_set)
    if(NOT other STREQUAL isa)
      target_link_libraries(${name} PRIVATE isolated_${other_set})
    endif()
  endforeach()
endfunction()
