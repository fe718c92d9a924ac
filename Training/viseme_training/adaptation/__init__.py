"""Adaptation of the lip networks to a team's own recordings, without labels (Training/adapt)."""
