"""The pages: each shows what the desk last said, and asks."""
