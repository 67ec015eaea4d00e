"""What a person is waited for in, and how a message is read against it before it means anything
else."""
