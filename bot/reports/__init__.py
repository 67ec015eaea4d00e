"""The figures of a workspace as pictures, pages and tables. Counts nothing."""
