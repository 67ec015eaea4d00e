"""The actions of one ability."""
