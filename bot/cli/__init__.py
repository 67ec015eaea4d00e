"""One module per command of `changeover`, with `add(parser)` and `run(args)`. Each is imported when
it is called."""
