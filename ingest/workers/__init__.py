"""Documents parsed and cleaned in processes with limits. Imports parse, clean, base."""
