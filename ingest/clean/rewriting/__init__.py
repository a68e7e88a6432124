"""What sites write otherwise than plain HTML does, and how that is rewritten."""
