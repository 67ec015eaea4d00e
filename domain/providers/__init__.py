"""Providers and the partnership with each: comparing, choosing, invitations."""
