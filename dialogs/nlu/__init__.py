"""Text to intent: normalising, encoding, classifying, interpreting. Knows no state and no words to
say."""
