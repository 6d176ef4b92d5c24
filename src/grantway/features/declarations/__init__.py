"""The registry as a file: what it declares, and what brings everything to it."""
