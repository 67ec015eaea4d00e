"""The partner's customers and their transfers: names, lists, states."""
