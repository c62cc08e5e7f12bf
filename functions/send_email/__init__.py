"""Sends e-mails by SES."""
