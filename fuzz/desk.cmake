sandyk_fuzz(answer_book sandyk_desk)
sandyk_fuzz(consent_file sandyk_desk)
sandyk_fuzz(hold_file sandyk_desk)
sandyk_fuzz(week_keys sandyk_desk)
