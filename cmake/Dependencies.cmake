# What Sandyk stands on, each with the version it needs, checked here and again at start where the
# library can say its version. The private ones (tools/setup) are linked by the path of their .a:
# plain -lsodium would find the machine's 1.0.18, which has no X-Wing.
set(_lib "${SANDYK_DEPS}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}")

function(sandyk_need what found least)
  if(found VERSION_LESS least)
    message(FATAL_ERROR "${what} ${found} is too old: ${least} or newer is needed. Run tools/setup.")
  endif()
  message(STATUS "${what} ${found}")
endfunction()

function(sandyk_read_version file pattern out)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "${file} is not there. Run tools/setup first.")
  endif()
  file(STRINGS "${file}" line REGEX "${pattern}" LIMIT_COUNT 1)
  string(REGEX MATCH "[0-9]+\\.[0-9]+(\\.[0-9]+)?" version "${line}")
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# libsodium: X-Wing, HKDF, SHAKE.
sandyk_read_version("${SANDYK_DEPS}/usr/include/sodium/version.h" "SODIUM_VERSION_STRING" _version)
sandyk_need(libsodium "${_version}" 1.0.22)
add_library(sandyk_sodium STATIC IMPORTED GLOBAL)
set_target_properties(sandyk_sodium PROPERTIES
  IMPORTED_LOCATION "${_lib}/libsodium.a"
  INTERFACE_INCLUDE_DIRECTORIES "${SANDYK_DEPS}/usr/include"
  INTERFACE_LINK_LIBRARIES pthread)

find_package(OpenSSL 3.0 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(gcrypt REQUIRED IMPORTED_TARGET libgcrypt>=1.10)
pkg_check_modules(libseccomp REQUIRED IMPORTED_TARGET libseccomp>=2.5)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)

# SQLCipher: its version stands in a pragma only, so the pkg-config file speaks here.
sandyk_read_version("${SANDYK_DEPS}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig/sqlcipher.pc" "^Version:" _version)
sandyk_read_version("${SANDYK_DEPS}/usr/include/sqlcipher/sqlite3.h" "define SQLITE_VERSION " _sqlite)
sandyk_need("SQLite in SQLCipher" "${_sqlite}" 3.46)
add_library(sandyk_sqlcipher STATIC IMPORTED GLOBAL)
set_target_properties(sandyk_sqlcipher PROPERTIES
  IMPORTED_LOCATION "${_lib}/libsqlcipher.a"
  INTERFACE_INCLUDE_DIRECTORIES "${SANDYK_DEPS}/usr/include/sqlcipher"
  INTERFACE_COMPILE_DEFINITIONS SQLITE_HAS_CODEC
  INTERFACE_LINK_LIBRARIES "OpenSSL::Crypto;ZLIB::ZLIB;m;${CMAKE_DL_LIBS}")

# cpp-httplib, split by upstream's script. The macros must be the same for the library and its users.
sandyk_read_version("${SANDYK_DEPS}/httplib/httplib.h" "define CPPHTTPLIB_VERSION " _version)
sandyk_need(cpp-httplib "${_version}" 0.41)
# The desk's own server talks to a browser, which sends more headers: no program has both.
foreach(_library sandyk_httplib sandyk_httplib_local)
  add_library(${_library} STATIC "${SANDYK_DEPS}/httplib/httplib.cc")
  target_include_directories(${_library} SYSTEM PUBLIC "${SANDYK_DEPS}/httplib")
  target_link_libraries(${_library} PUBLIC Threads::Threads)
endforeach()
target_compile_definitions(sandyk_httplib PUBLIC
  CPPHTTPLIB_HEADER_MAX_COUNT=16 CPPHTTPLIB_REQUEST_URI_MAX_LENGTH=1024)
target_compile_definitions(sandyk_httplib_local PUBLIC
  CPPHTTPLIB_HEADER_MAX_COUNT=48 CPPHTTPLIB_REQUEST_URI_MAX_LENGTH=8192)

# Pictures, which the desk decodes in its reader.
pkg_check_modules(libpng REQUIRED IMPORTED_TARGET libpng>=1.6)
pkg_check_modules(libturbojpeg REQUIRED IMPORTED_TARGET libturbojpeg>=2.1)
pkg_check_modules(libwebp REQUIRED IMPORTED_TARGET libwebp>=1.2)

find_package(CURL 7.88 REQUIRED)
find_package(LibArchive 3.6 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(tl-expected REQUIRED)
