"""Which entries of a parsed document the archive has as they stand, so that nothing is done for them."""
