# A room is one folder and one static library made of every .cpp file in it; a folder of tests is one test program.

# sotto_room(NAME [DEPENDS target...] [PRIVATE_DEPENDS target...])
# Makes the target sotto_NAME (NAME with / replaced by _) from the .cpp files of the current folder.
# DEPENDS are seen by whoever uses the room's headers; PRIVATE_DEPENDS only by its own .cpp files.
function(sotto_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  string(REPLACE "/" "_" target sotto_${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/detail/*.cpp)
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE ${ROOM_PRIVATE_DEPENDS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR})
  if(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include)
    target_include_directories(${target} ${scope} ${CMAKE_CURRENT_SOURCE_DIR}/include)
  endif()
  target_link_libraries(${target} ${scope} ${ROOM_DEPENDS})
endfunction()

# sotto_tests(NAME target...): one GoogleTest program from the .cpp files of the current folder, one ctest entry a test.
function(sotto_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  # Compiled once and run once: what makes compiling quick counts here. The rooms are optimised all the same.
  target_compile_options(test_${name} PRIVATE -O0 -g1 -U_FORTIFY_SOURCE)
  target_link_libraries(test_${name} PRIVATE ${ARGN} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()

# sotto_fuzz_target(NAME target...): a libFuzzer program fuzz_NAME from fuzz NAME.cpp of the current folder.
function(sotto_fuzz_target name)
  add_executable(fuzz_${name} ${name}.cpp)
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()
