"""What all parts speak of: values, times, addresses, text. Imports nothing of ours."""
