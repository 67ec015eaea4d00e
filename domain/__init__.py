"""The business. Imports nothing of ours, no Slack, no Rasa, no words, no clock and no setting."""
