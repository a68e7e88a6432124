"""What commands share that poll feeds. May import all."""
