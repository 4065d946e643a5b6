# What an application links (sotto::sotto) and what `cmake --install` puts in place: libsotto, its public headers, and
# the package that find_package(sotto) finds.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(sotto::sotto ALIAS sotto_shared)
set_target_properties(sotto_shared PROPERTIES EXPORT_NAME sotto)
target_compile_features(sotto_shared INTERFACE cxx_std_20)
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

target_include_directories(sotto_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
foreach(floor base media signaling engine)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${floor}/include/sotto DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endforeach()

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/sotto)
install(TARGETS sotto_shared EXPORT sotto LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT sotto NAMESPACE sotto:: FILE sotto-config.cmake DESTINATION ${package})
# Before 1.0 each minor version may change the ABI.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/sotto-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/sotto-config-version.cmake DESTINATION ${package})
