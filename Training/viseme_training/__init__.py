"""Training of Viseme's noise adapter, lip encoder and fusion (see Training/README.md)."""
