"""Paper: slips, receipts, minutes and lists as PDF, the port of printers, the register of copies."""
