"""Which links may be passed on. Pure: opens nothing, asks no one."""
