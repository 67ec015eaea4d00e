"""Templates to Block Kit. The only Jinja in Python; no rule and no dialog."""
