"""Freeing the bytes of documents above a bound: what there is, which go, and how."""
