"""The pages: each a few plain functions from what was asked to what is shown."""
