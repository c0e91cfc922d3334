sandyk_fuzz(week_keys sandyk_desk)
