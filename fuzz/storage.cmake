sandyk_fuzz(log_entry sandyk_storage)
sandyk_fuzz(tombstone sandyk_storage)
sandyk_fuzz(wal_frames sandyk_storage)
