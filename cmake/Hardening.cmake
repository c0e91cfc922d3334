# Warnings are errors, and what a program for hostile input ships with.
# Everything goes through one interface target, so that no third-party source is held to it.
add_library(sandyk_flags INTERFACE)
target_include_directories(sandyk_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(sandyk_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Wundef)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(sandyk_flags INTERFACE -Wduplicated-cond -Wlogical-op -Wuseless-cast)
  if(SANDYK_SANITIZE)
    # What a sanitizer adds to the code, g++ 12 takes for uses of uninitialised memory or of too much of it. The
    # same files are compiled with these warnings in the other presets.
    target_compile_options(sandyk_flags INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized -Wno-stringop-overflow
                                                  -Wno-array-bounds -Wno-restrict)
  endif()
endif()

# These hold for every object, ours or not.
add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection -D_GLIBCXX_ASSERTIONS
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
# Unknown to clang 14. Not under sanitizers: with both of ours g++ 12 takes its clearing of temporaries for a use of them.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT SANDYK_SANITIZE)
  add_compile_options(-ftrivial-auto-var-init=zero)
endif()

if(SANDYK_SANITIZE)
  add_compile_options(-fsanitize=${SANDYK_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SANDYK_SANITIZE})
  if(SANDYK_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
  endif()
  add_compile_definitions(SANDYK_SANITIZED)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  # FORTIFY needs optimisation and quarrels with the sanitizers.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  else()
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()
