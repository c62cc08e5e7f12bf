"""What each function is told and works with: a module a function, so that none loads another's.

Parts are made on first use and kept while the process lives. Nothing happens at import: a client is
made when a function first asks for it, and only the function that sends imports what sends.
"""
