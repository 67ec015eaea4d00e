"""Names of companies within what people say. Pure: knows no customer, no provider, no database."""
