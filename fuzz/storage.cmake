sandyk_fuzz(tombstone sandyk_storage)
