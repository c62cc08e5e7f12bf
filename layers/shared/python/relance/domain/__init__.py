"""The decisions: pure functions of facts and a date, standard library only."""
