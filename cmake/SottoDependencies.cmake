# What is found on the system. ARCHITECTURE.md says why each is there.
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
pkg_check_modules(NICE REQUIRED IMPORTED_TARGET nice>=0.1.21)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0 gobject-2.0)
pkg_check_modules(SRTP REQUIRED IMPORTED_TARGET libsrtp2>=2.5)
pkg_check_modules(OPUS REQUIRED IMPORTED_TARGET opus>=1.3)
pkg_check_modules(VPX REQUIRED IMPORTED_TARGET vpx>=1.12)
# libyuv comes without a pkg-config file.
find_path(YUV_INCLUDE_DIR libyuv/scale.h REQUIRED)
find_library(YUV_LIBRARY yuv REQUIRED)
add_library(sotto_yuv INTERFACE)
target_include_directories(sotto_yuv SYSTEM INTERFACE ${YUV_INCLUDE_DIR})
target_link_libraries(sotto_yuv INTERFACE ${YUV_LIBRARY})
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
# Asio is headers alone, seen by .cpp files of signaling only.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
