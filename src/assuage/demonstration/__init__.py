"""A made-up clinic to look at: sixty made-up people over a year, told through the same decisions as real ones."""
