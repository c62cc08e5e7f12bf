"""How messages leave: the providers behind the ports `Mailer` and `Texter`."""
