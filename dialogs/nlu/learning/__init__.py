"""What a developer runs after a large change of phrases (`changeover train --encoder`): needs the
extra `learn`, which nothing else does."""
