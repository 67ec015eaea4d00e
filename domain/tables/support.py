"""The tables of people in the loop: questions, what was said about them, answers that became knowledge. Knows no rule."""
