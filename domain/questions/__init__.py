"""Questions for the support team: their life, deadlines and what was written about them."""
