"""Mathematics on small arrays; knows nothing of programmes."""
