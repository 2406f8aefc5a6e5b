"""Studies that come from elsewhere and go elsewhere: tables of results, exports of reference managers, drafts in YAML.

Text in, records and problems out. Nothing here reads or writes a file.
"""
