"""What people say of readings, and the threshold that follows from it."""
