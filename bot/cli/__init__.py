"""One module per command of `changeover`. Each is imported when it runs."""
