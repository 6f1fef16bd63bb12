"""Searching the knowledge base: what is typed → passages, best first."""

from kb.search.engine import Hit, Results, search

__all__ = ["Hit", "Results", "search"]
