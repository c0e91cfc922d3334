sandyk_fuzz(address sandyk_transport)
