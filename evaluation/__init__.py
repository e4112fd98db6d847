"""Remote evaluation of bids."""
