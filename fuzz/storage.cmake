sandyk_fuzz(log_entry sandyk_storage)
