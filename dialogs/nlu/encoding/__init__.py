"""What turns text into vectors: pieces of words, weights, and two ways to run the network."""
