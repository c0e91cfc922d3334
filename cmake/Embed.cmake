# sandyk_embed(target file namespace name): the file's bytes become `extern const std::string_view name`.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(sandyk_embed target file namespace name)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp")
  add_custom_command(OUTPUT "${out}"
    COMMAND Python3::Interpreter "${CMAKE_SOURCE_DIR}/cmake/embed.py" "${file}" "${out}" "${namespace}" "${name}"
    DEPENDS "${file}" "${CMAKE_SOURCE_DIR}/cmake/embed.py" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
