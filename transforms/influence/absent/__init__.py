"""Records that may be absent, by influence.added: which figures they could be in, and how far they move them."""
