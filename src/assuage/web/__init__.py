"""The web application: server-rendered pages that work without script, for one laptop or a hospital."""
