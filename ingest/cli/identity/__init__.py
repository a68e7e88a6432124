"""Commands by which the owner corrects which entries are one: merge, split."""
