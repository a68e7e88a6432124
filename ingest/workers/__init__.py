"""Documents parsed and cleaned in processes with limits; memory given back. Imports parse, clean, base."""
