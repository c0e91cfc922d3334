sandyk_fuzz(media_type sandyk_reporter)
sandyk_fuzz(upload_answer sandyk_reporter)
sandyk_fuzz(contacts sandyk_page)
