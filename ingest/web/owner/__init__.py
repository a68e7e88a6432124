"""What the owner of an archive does with its entries in the browser."""
