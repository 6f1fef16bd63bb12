"""Searching the knowledge base: what is typed → passages, best first."""

from kb.search.engine import Hit, Results, like, search

__all__ = ["Hit", "Results", "like", "search"]
