"""How letters are posted: the providers behind the port `Post`, and the batch printed by hand."""
