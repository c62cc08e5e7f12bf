"""Sends text messages by SNS."""
