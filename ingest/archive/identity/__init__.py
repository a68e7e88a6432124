"""Which stored entry each entry of a document is: rules on values, aliases that they found, merge and split."""
