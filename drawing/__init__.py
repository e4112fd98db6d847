"""The draw: bank, request, eligibility, ceremony, selection, rounds, sealing, transcript, verifying."""
