"""What makes two entries related, from plain values. Imports base."""
