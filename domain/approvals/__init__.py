"""Two people for what cannot be undone: requests, questions before a decision, absences,
departures."""
