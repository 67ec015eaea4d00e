"""What a developer runs after a large change of phrases (`changeover tune`): needs the extra
`learn`, which nothing else does."""
