sandyk_fuzz(request_head sandyk_intake_lib)
sandyk_fuzz(canonical sandyk_intake_lib)
sandyk_fuzz(shape sandyk_intake_lib)
sandyk_fuzz(form sandyk_intake_lib)
sandyk_fuzz(config sandyk_intake_lib)
sandyk_fuzz(tile_path sandyk_intake_lib)

# The whole front, with the system's calls replaced: see memory_network.h.
sandyk_fuzz(front sandyk_intake_lib sandyk_open)
target_sources(fuzz_front PRIVATE front_script.cpp memory_network.cpp)
