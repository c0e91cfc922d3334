sandyk_fuzz(document sandyk_report)
sandyk_fuzz(thread sandyk_report)
sandyk_fuzz(packing sandyk_report)
sandyk_fuzz(harmless sandyk_report)
