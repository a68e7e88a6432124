"""What the owner does to a whole feed: edits its address and settings, merges two that are one, removes one."""
