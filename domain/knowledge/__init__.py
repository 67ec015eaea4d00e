"""What answers rest on: facts, the workspace's own answers, suspensions, reviews, phrases."""
