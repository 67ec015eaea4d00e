"""What people write to the support team, and what the team writes among itself."""
