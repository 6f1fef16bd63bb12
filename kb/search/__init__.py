"""Searching the knowledge base: what is typed → passages, decisions, cases and whatever else fits, best first."""

from kb.search.answers import Answers
from kb.search.asked import SAMPLED, Only
from kb.search.engine import Hit, Results, search
from kb.search.groups import Facet, Group, Overview, Record, every, overview

__all__ = ["SAMPLED", "Answers", "Facet", "Group", "Hit", "Only", "Overview", "Record", "Results", "every", "overview", "search"]
