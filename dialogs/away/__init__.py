"""Away: another approver looks in my place."""
