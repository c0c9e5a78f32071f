"""Explorers: the table of trials drawn so that a reader can filter it, with the same rows as a table beside each."""

from casework.explorers.widget import Explorer, explorer

__all__ = ["Explorer", "explorer"]
