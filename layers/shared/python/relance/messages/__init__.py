"""What is said: who is addressed, in which language, and the exact e-mail, SMS or letter."""
