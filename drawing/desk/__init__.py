"""The desk: a draw walked step by step, each step journaled before its effect; no rule of its own."""
