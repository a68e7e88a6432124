"""What commands do and say of the documents that are kept. May import all."""
